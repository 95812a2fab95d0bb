"""The sandbox: every limit with a child that runs into it, and the ways a child must not outlive its parent."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from video_pages.core import file_locks
from video_pages.library import scratch
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import remove_stale_workspaces, workspace

pytestmark = pytest.mark.real_children

MIB = 1024**2
LIMITS = {"wall_seconds": 20, "cpu_seconds": 10, "memory_bytes": 1024 * MIB}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film")
    return path


@pytest.fixture
def landlock():
    """The kernel's Landlock version; skips the test where there is none."""
    version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) if sys.platform == "linux" else 0
    if version < 1:
        pytest.skip("this kernel offers no Landlock")
    return version


def run(code, source=None, *arguments, on_tick=None, **limits):
    """Run the Python text `code` in a sandbox."""
    with workspace(source) as space:
        command = [sys.executable, "-I", "-c", code, *map(str, arguments)]
        return sandbox.run(command, space=space, limits=sandbox.Limits(**{**LIMITS, **limits}), on_tick=on_tick)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_working_directory_holds_the_input_under_a_neutral_name_and_nothing_else(source):
    with workspace(source) as space:
        assert space.source.read_bytes() == b"a film"
        assert space.source.name == "source"
        assert os.listdir(space.source.parent) == ["source"]
        assert os.listdir(space.out) == []
    assert not space.root.exists()
    assert source.exists()


def test_input_is_a_link_and_not_a_copy(source):
    with workspace(source) as space:
        assert os.path.samefile(space.source, source)


def test_input_on_another_file_system_is_read_as_well(tmp_path):
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("no second file system")
    other = f"/dev/shm/clip-{os.getpid()}"
    with open(other, "wb") as file:
        file.write(b"far away")
    try:
        outcome = run("import sys; print(open('../in/source').read())", other)
    finally:
        os.unlink(other)
    assert outcome.stdout == b"far away\n", outcome.stderr


def test_a_pipe_is_no_input(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError), workspace(tmp_path / "pipe"):
        pass


def test_missing_input_raises_file_not_found(tmp_path):
    with pytest.raises(FileNotFoundError), workspace(tmp_path / "gone.mp4"):
        pass


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


def test_a_working_directory_in_use_counts_as_young(source):
    with workspace(source) as space:
        os.utime(space.root, (0, 0))
        limits = sandbox.Limits(**LIMITS)
        sandbox.run([sys.executable, "-I", "-c", "pass"], space=space, limits=limits)
        assert remove_stale_workspaces(older_than_seconds=60, now=time.time()) == 0
        assert space.source.exists()


def test_a_working_directory_that_a_process_holds_stays_however_old_it_is(source):
    """A split ladder waits for hours for the parts that other machines make, and runs no child meanwhile."""
    with workspace(source) as space:
        os.utime(space.root, (1000, 1000))
        assert remove_stale_workspaces(older_than_seconds=3600, now=time.time()) == 0
        assert space.source.exists()


def test_a_directory_that_is_taken_for_abandoned_while_it_is_made_is_made_again(tmp_path, settings, monkeypatch):
    """Between its making and its lock, another process finds it without one."""
    settings.PROTECTED_ROOT = tmp_path
    taken, open_file = [], file_locks.open_file

    def and_swept(path):
        descriptor = open_file(path)
        if not taken:
            taken.append(path)
            assert scratch.remove_abandoned() == 1
        return descriptor

    monkeypatch.setattr(file_locks, "open_file", and_swept)
    with scratch.directory("w-") as folder:
        assert taken and folder != taken[0].parent
        (folder / "a film").write_text("made")
        assert scratch.remove_abandoned() == 0 and (folder / "a film").exists()
    assert list(scratch.root().iterdir()) == []


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
        "child = subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "time.sleep(60)"
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
    wait_until(lambda: not is_running(seen[0]))


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
code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
limits = sandbox.Limits(wall_seconds=60, cpu_seconds=10, memory_bytes=2**30)
with workspace() as space:
    sandbox.run([sys.executable, "-I", "-c", code], space=space, limits=limits)
"""
    parent = subprocess.Popen([sys.executable, "-c", parent_code], cwd=settings.BASE_DIR)
    try:
        wait_until(lambda: any(path.read_text() for path in tmp_path.glob("work/*/out/pid")))
        child = int(next(tmp_path.glob("work/*/out/pid")).read_text())
        assert is_running(child)
    finally:
        parent.kill()
        parent.wait()
    wait_until(lambda: not is_running(child))


def test_child_cannot_read_a_neighbour_of_its_input(source, landlock):
    neighbour = source.with_name("neighbour.mp4")
    neighbour.write_bytes(b"another film")
    outcome = run("import sys; print(open(sys.argv[1]).read())", source, neighbour)
    assert "PermissionError" in outcome.stderr
    assert outcome.stdout == b""


def test_child_cannot_change_its_input(source, landlock):
    outcome = run("open('../in/source', 'r+b').write(b'spoilt')", source)
    assert "PermissionError" in outcome.stderr
    assert source.read_bytes() == b"a film"


def test_child_cannot_read_the_sites_own_files(settings, landlock):
    outcome = run("import sys; print(open(sys.argv[1]).read())", None, settings.BASE_DIR / "manage.py")
    assert "PermissionError" in outcome.stderr


def test_child_cannot_read_what_lies_beside_the_libraries_of_python(landlock):
    """Not the whole of `/usr`, of the environment or of the installation: somebody may keep data there."""
    beside = [path for path in ("/usr/share", os.path.join(sys.prefix, "bin"), sys.prefix) if os.path.isdir(path)]
    code = "import os, sys\nfor path in sys.argv[1:]:\n    try: print(os.listdir(path))\n    except OSError: pass"
    outcome = run(code, None, *beside)
    assert (outcome.returncode, outcome.stdout) == (0, b"")


MAKE_ODD_FILES = """
import os, socket
makers = {
    "link": lambda: os.symlink("/etc/passwd", "link"),
    "pipe": lambda: os.mkfifo("pipe"),
    "socket": lambda: socket.socket(socket.AF_UNIX).bind("socket"),
    "device": lambda: os.mknod("device", 0o20666, os.makedev(1, 3)),
    "second": lambda: os.link("../in/source", "second"),
}
for name, make in makers.items():
    try:
        make()
    except OSError:
        pass
os.mkdir("folder")
open("file", "w").write("x")
os.rename("file", "renamed")
print(sorted(os.listdir()))
"""


def test_child_makes_plain_files_and_directories_and_nothing_else(source, landlock):
    outcome = run(MAKE_ODD_FILES, source)
    assert outcome.stdout == b"['folder', 'renamed']\n", outcome.stderr


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


def test_child_cannot_open_a_tcp_connection(landlock):
    if landlock < 4:
        pytest.skip("this kernel's Landlock knows no network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"
        outcome = run(code, None, server.getsockname()[1])
    assert "PermissionError" in outcome.stderr


def test_working_directories_without_a_lock_are_removed_by_their_age():
    with workspace() as young, workspace() as old:
        for space in (young, old):
            (space.root / scratch.LOCK).unlink()  # as on a file system without locks
        os.utime(old.root, (1000, 1000))
        assert remove_stale_workspaces(older_than_seconds=3600, now=time.time()) == 1
        assert young.root.exists()
        assert not old.root.exists()
