"""Two programs started, kept running and ended together: real processes, real signals."""

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
FAILING = "import sys, time; time.sleep(0.5); sys.exit(3)"
# Its grandchild outlives its child for a moment.
ORPHANING = """
import subprocess, sys, time
grandchild = "import os, time; open({path!r}, 'w').write(str(os.getpid())); time.sleep(1)"
child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {{grandchild!r}}])"
subprocess.run([sys.executable, "-c", child])
time.sleep(600)
"""
# Starts a child in a session of its own, as the sandbox does, and tells its id.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open({path!r}, "w").write(str(child.pid))
time.sleep(600)
"""


@pytest.fixture
def supervise():
    """A function that supervises Python programs, given by their text, in a process of its own."""
    started = []

    def start(*programs, commands=None, settings=""):
        commands = commands or {
            f"program {number}": [sys.executable, "-c", text] for number, text in enumerate(programs)
        }
        script = textwrap.dedent(f"""
            import signal, sys
            from deploy import supervise
            # Tests that run under nohup would hand its deafness on.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            supervise.GRACE_SECONDS = 1
            supervise.FIRST_WAIT_SECONDS = 0.1
            {settings}
            programs = [supervise.Program(name, command) for name, command in {commands!r}.items()]
            stage = supervise.Stage(programs, on_ready=lambda: supervise.say("ready"))
            sys.exit(supervise.Supervisor([stage]).run())
        """)
        process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def is_alive(pid):
    """Return whether process `pid` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ignores(pid, number):
    """Return whether process `pid` ignores the signal `number`."""
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(re.search(r"SigIgn:\s*(\w+)", status)[1], 16) >> (number - 1) & 1)


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_everything_and_is_no_failure(supervise, number):
    process = supervise(SLEEPER, SLEEPER)
    assert process.stdout.readline() == "ready\n"
    children = children_of(process.pid)
    assert len(children) == 2
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert not any(is_alive(child) for child in children)


@linux_only
def test_killed_program_is_started_again_and_the_other_goes_on(supervise):
    process = supervise(SLEEPER, SLEEPER)
    assert process.stdout.readline() == "ready\n"
    first, second = children_of(process.pid)
    os.kill(first, signal.SIGKILL)
    assert process.stdout.readline() == "The program 0 ended by signal 9: it is started again in 0.1 s.\n"
    wait_for(lambda: len(children_of(process.pid)) == 2)
    assert second in children_of(process.pid)
    assert first not in children_of(process.pid)
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_program_that_keeps_dying_ends_the_rest_after_five_deaths(supervise):
    process = supervise(SLEEPER, FAILING)
    assert process.wait(timeout=30) == 1
    said = process.stdout.read()
    waits = [float(seconds) for seconds in re.findall(r"started again in (\S+) s", said)]
    assert waits == [0.1, 0.2, 0.4, 0.8]
    assert "The program 1 ended with exit code 3, the 5th time within 60 seconds: stopping the rest." in said


def test_deaths_that_lie_apart_never_end_the_site(supervise):
    """A worker that a system short of memory kills each hour is started again each time."""
    process = supervise(FAILING, settings="supervise.DEATHS_SECONDS = 0.3")
    for _ in range(7):
        while "started again in 0.1 s" not in (line := process.stdout.readline()):
            assert line == "ready\n"
    assert process.poll() is None


def test_program_that_cannot_be_started_counts_as_dead(supervise):
    process = supervise(commands={"ghost": ["/nowhere/to/be/found"]})
    assert process.wait(timeout=20) == 1
    assert "The ghost could not be started (No such file or directory), the 5th time" in process.stdout.read()


@linux_only
def test_what_a_dead_program_left_running_is_ended_before_its_next_start(supervise, tmp_path):
    """A web server whose master was killed leaves children that listen on the port."""
    note = tmp_path / "pid"
    process = supervise(PARENT.format(path=str(note)), SLEEPER)
    wait_for(lambda: note.exists() and note.read_text())
    left = int(note.read_text())
    assert process.stdout.readline() == "ready\n"
    os.kill(children_of(process.pid)[0], signal.SIGKILL)
    process.stdout.readline()
    assert not is_alive(left)


@linux_only
def test_orphans_that_ended_do_not_stay_as_zombies(supervise, tmp_path):
    note = tmp_path / "pid"
    process = supervise(ORPHANING.format(path=str(note)))
    wait_for(lambda: note.exists() and note.read_text())
    orphan = int(note.read_text())
    wait_for(lambda: orphan in children_of(process.pid))
    wait_for(lambda: orphan not in children_of(process.pid))


def test_supervisor_of_a_site_imports_no_django():
    script = "import sys, deploy.serve; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


@linux_only
def test_program_that_will_not_stop_is_killed(supervise):
    process = supervise(STUBBORN)
    process.stdout.readline()
    (child,) = children_of(process.pid)
    wait_for(lambda: ignores(child, signal.SIGTERM))
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert not is_alive(child)


@linux_only
def test_what_a_program_leaves_behind_is_ended_too(supervise, tmp_path):
    note = tmp_path / "pid"
    process = supervise(PARENT.format(path=str(note)))
    wait_for(lambda: note.exists() and note.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert not is_alive(int(note.read_text()))


@linux_only
def test_programs_end_when_their_supervisor_is_killed(supervise):
    process = supervise(SLEEPER, SLEEPER)
    process.stdout.readline()
    children = children_of(process.pid)
    process.kill()
    process.wait()
    wait_for(lambda: not any(is_alive(child) for child in children))


@linux_only
def test_everything_ends_with_the_parent_where_that_is_asked_for(tmp_path):
    """`make run` asks for it: killing make must not leave a site running."""
    note = tmp_path / "pids"
    script = textwrap.dedent(f"""
        import os, sys
        from deploy.supervise import Program, Stage, Supervisor
        def ready():
            open({str(note)!r}, "w").write(f"{{os.getpid()}}")
        stage = Stage([Program("it", [sys.executable, "-c", {SLEEPER!r}])], on_ready=ready)
        Supervisor([stage], parent=os.getppid()).run()
    """)
    shell = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}])"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: note.exists() and note.read_text())
    supervisor = int(note.read_text())
    children = children_of(supervisor)
    os.kill(shell.pid, signal.SIGKILL)
    shell.wait()
    wait_for(lambda: not any(is_alive(pid) for pid in [supervisor, *children]))
