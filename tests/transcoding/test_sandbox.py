"""The sandbox: every limit with a child that runs into it, and the ways a child must not outlive its parent."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.transcoding.sandboxed import LIMITS, MIB, is_running, run
from tests.waiting import wait_for
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace

pytestmark = pytest.mark.real_children


def test_child_gets_no_secret_from_the_environment_and_no_input(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "never to be seen")
    outcome = run("import os, sys; print(dict(os.environ)); print(repr(sys.stdin.read()))")
    assert b"never to be seen" not in outcome.stdout
    assert b"SECRET_KEY" not in outcome.stdout
    assert outcome.stdout.endswith(b"''\n")


def test_exit_code_and_last_words_are_reported():
    outcome = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (3, b"out\n", "err\n")


def test_sleeping_child_is_ended_by_the_wall_clock():
    started = time.monotonic()
    with pytest.raises(sandbox.TookTooLong):
        run("import time; time.sleep(60)", wall_seconds=0.5)
    assert time.monotonic() - started < 40


def test_busy_child_is_ended_by_its_cpu_time():
    with pytest.raises(sandbox.UsedTooMuch):
        run("while True: pass", cpu_seconds=1, wall_seconds=60)


def test_child_that_the_kernel_ends_for_its_cpu_time_is_not_said_to_be_killed_by_somebody(monkeypatch):
    monkeypatch.setattr(sandbox.cpu_time, "of_running", lambda child: 0.0)
    with pytest.raises(sandbox.UsedTooMuch):
        run("while True: pass", cpu_seconds=1, wall_seconds=60)


def test_child_that_somebody_killed_is_not_said_to_have_taken_too_long():
    with pytest.raises(sandbox.Killed):
        run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


def test_a_child_that_was_killed_is_distinguished_from_one_that_used_its_time_up():
    with pytest.raises(sandbox.Killed):
        run("import os, time, signal\nwhile time.process_time() < 0.5: pass\nos.kill(os.getpid(), 9)", cpu_seconds=5)


def test_processor_time_of_another_child_is_not_that_of_a_killed_one():
    """Two slots of a worker: the long work of one ends when the system kills that of the other."""
    started, caught = threading.Event(), []

    def short():
        try:
            run("import time; time.sleep(60)", on_tick=lambda: started.set() or other_has_ended(), cpu_seconds=1)
        except sandbox.SandboxError as error:
            caught.append(error)

    def other_has_ended():
        if ended.is_set():
            os.kill(children_of_this_thread().pop(), signal.SIGKILL)

    def children_of_this_thread():
        with open(f"/proc/self/task/{thread.native_id}/children") as listed:
            return [int(pid) for pid in listed.read().split()]

    ended, thread = threading.Event(), threading.Thread(target=short)
    thread.start()
    assert started.wait(20)
    busy = subprocess.Popen([sys.executable, "-c", "import time\nwhile time.process_time() < 1.2: pass"])
    busy.wait()
    ended.set()
    thread.join(30)
    assert [type(error) for error in caught] == [sandbox.Killed]


def test_memory_is_limited():
    outcome = run("bytearray(900 * 1024**2)", memory_bytes=300 * MIB)
    assert outcome.returncode == 1
    assert "MemoryError" in outcome.stderr


def test_size_of_a_written_file_is_limited():
    outcome = run("open('big', 'wb').write(bytes(2 * 1024**2))", file_bytes=MIB)
    assert "File too large" in outcome.stderr


def test_program_that_ignores_a_full_file_is_ended():
    # Python ignores this signal for itself; the launcher must not hand that down (ffmpeg would exit with 0).
    with workspace() as space:
        limits = sandbox.Limits(**LIMITS, file_bytes=MIB)
        command = ["/bin/dd", "if=/dev/zero", "of=big", "bs=1M", "count=3"]
        outcome = sandbox.run(command, space=space, limits=limits)
    assert outcome.returncode == -signal.SIGXFSZ


def test_open_files_are_limited():
    outcome = run("files = [open('/dev/null') for _ in range(100)]", open_files=32)
    assert "Too many open files" in outcome.stderr


def test_child_that_prints_without_end_is_ended():
    with pytest.raises(sandbox.OutputTooLong):
        run("while True: print('x' * 1000)", wall_seconds=30)


def test_of_a_long_complaint_the_end_is_kept():
    outcome = run("import sys; sys.stderr.write('x' * 100_000 + 'the reason')", stderr_bytes=1000)
    assert len(outcome.stderr) == 1000
    assert outcome.stderr.endswith("the reason")


def test_child_runs_at_low_priority_and_leaves_no_core_dump():
    code = "import os, resource; print(os.nice(0), resource.getrlimit(resource.RLIMIT_CORE))"
    lower = min(19, os.nice(0) + 10)  # 19 is the lowest that there is
    assert run(code).stdout == b"%d (0, 0)\n" % lower


def test_grandchildren_end_with_the_child(tmp_path):
    seen = []
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(600)'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    with workspace() as space:

        def remember():
            text = (space.out / "pid").read_text() if (space.out / "pid").exists() else ""
            if text:
                seen.append(int(text))
                raise KeyError("enough")

        with pytest.raises(KeyError):
            command = [sys.executable, "-I", "-c", code]
            sandbox.run(command, space=space, limits=sandbox.Limits(**LIMITS), on_tick=remember)
    wait_for(lambda: not is_running(seen[0]))


def test_stopping_ends_running_children_and_admits_no_new_ones():
    runs, ended = threading.Event(), []

    def work():
        try:
            run("import time; time.sleep(60)", wall_seconds=60, on_tick=runs.set)
        except sandbox.Interrupted:
            ended.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert runs.wait(20)
        sandbox.stop_children()
        thread.join(40)
        assert ended
        with pytest.raises(sandbox.Interrupted):
            run("print('never')")
    finally:
        sandbox.allow_children()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's own")
def test_child_dies_with_a_killed_parent(tmp_path, settings):
    parent_code = f"""
import sys
from django.conf import settings
settings.configure(PROTECTED_ROOT={str(tmp_path)!r}, WORKER_NICE=10)
from video_pages.core import file_locks
from video_pages.library import scratch
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import workspace
code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
limits = sandbox.Limits(wall_seconds=60, cpu_seconds=10, memory_bytes=2**30)
with workspace() as space:
    sandbox.run([sys.executable, "-I", "-c", code], space=space, limits=limits)
"""
    parent = subprocess.Popen([sys.executable, "-c", parent_code], cwd=settings.BASE_DIR)
    try:
        wait_for(lambda: any(path.read_text() for path in tmp_path.glob("work/*/out/pid")))
        child = int(next(tmp_path.glob("work/*/out/pid")).read_text())
        assert is_running(child)
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not is_running(child))


RUN_AWAY = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    open("pid", "w").write(str(os.getpid()))
    time.sleep(60)
    os._exit(0)
while not (os.path.exists("pid") and os.path.getsize("pid")):
    time.sleep(0.01)
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "setsid"), reason="Windows has no sessions to leave")
def test_grandchild_that_left_the_group_and_holds_the_pipes_is_not_waited_for():
    threads, started = threading.active_count(), time.monotonic()
    with workspace() as space:
        command = [sys.executable, "-I", "-c", RUN_AWAY]
        outcome = sandbox.run(command, space=space, limits=sandbox.Limits(**LIMITS))
        runaway = int((space.out / "pid").read_text())
    try:
        assert time.monotonic() - started < 45
        assert (outcome.returncode, outcome.stdout) == (0, b"done\n")
        assert is_running(runaway), "it would have held the pipes for a minute"
        assert threading.active_count() == threads, "nobody waits for it any more"
    finally:
        os.kill(runaway, signal.SIGKILL)
