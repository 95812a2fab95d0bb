"""Two programs started and ended together: real processes, real signals."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
FAILING = "import sys, time; time.sleep(0.5); sys.exit(3)"
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

    def start(*programs, options=""):
        commands = {f"program {number}": [sys.executable, "-c", text] for number, text in enumerate(programs)}
        script = textwrap.dedent(f"""
            import signal, sys
            from deploy import supervise
            # Tests that run under nohup would hand its deafness on.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            supervise.GRACE_SECONDS = 1
            supervisor = supervise.Supervisor(
                {commands!r}, is_ready=lambda: True, on_ready=lambda: supervise.say("ready"), {options}
            )
            sys.exit(supervisor.run())
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
    """Whether process `pid` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=20):
    """Wait until `condition()` is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


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


def test_dying_program_ends_the_rest_with_a_message(supervise):
    process = supervise(SLEEPER, FAILING)
    assert process.wait(timeout=20) == 1
    assert "The program 1 ended by itself (exit code 3): stopping the rest." in process.stdout.read()


@linux_only
def test_program_that_will_not_stop_is_killed(supervise):
    process = supervise(STUBBORN)
    process.stdout.readline()
    time.sleep(0.5)
    (child,) = children_of(process.pid)
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
        from deploy.supervise import Supervisor
        def ready():
            open({str(note)!r}, "w").write(f"{{os.getpid()}}")
        Supervisor({{"it": [sys.executable, "-c", {SLEEPER!r}]}},
                   is_ready=lambda: True, on_ready=ready, parent=os.getppid()).run()
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
