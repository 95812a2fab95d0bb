"""The files of a sandboxed child: its working directory and its input, and everything else that it cannot reach."""

import os
import socket
import sys
import time

import pytest

from tests.transcoding.sandboxed import LIMITS, run
from video_pages.core import file_locks
from video_pages.library import scratch
from video_pages.transcoding import sandbox
from video_pages.transcoding.workspace import remove_stale_workspaces, workspace

pytestmark = [pytest.mark.real_children, pytest.mark.processes]


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


def test_working_directories_without_a_lock_are_removed_by_their_age():
    with workspace() as young, workspace() as old:
        for space in (young, old):
            (space.root / scratch.LOCK).unlink()  # as on a file system without locks
        os.utime(old.root, (1000, 1000))
        assert remove_stale_workspaces(older_than_seconds=3600, now=time.time()) == 1
        assert young.root.exists()
        assert not old.root.exists()


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


def test_child_cannot_open_a_tcp_connection(landlock):
    if landlock < 4:
        pytest.skip("this kernel's Landlock knows no network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"
        outcome = run(code, None, server.getsockname()[1])
    assert "PermissionError" in outcome.stderr
