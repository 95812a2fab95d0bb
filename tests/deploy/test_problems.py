"""Problems at a start: one clear sentence each, never a traceback."""

import errno
import os
import socket
import sys

import pytest

from deploy import problems
from deploy.problems import MIB, Problem


def sentence(call, *arguments, **options):
    """The sentence of the Problem that `call` raises; it must be one line."""
    with pytest.raises(Problem) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_old_python_prints_the_version_that_is_needed():
    said = sentence(problems.check_python, (3, 10, 4), "/usr/bin/python3")
    assert "Python 3.11 or newer is needed, but /usr/bin/python3 is Python 3.10" in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_new_enough_python_passes(version):
    problems.check_python(version)


def test_busy_port_is_named_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = sentence(problems.check_port, "127.0.0.1", port)
    assert f"Port {port} on 127.0.0.1 is in use by another program" in said
    assert "PORT=" in said
    problems.check_port("127.0.0.1", port)


def test_address_of_another_machine_is_named():
    assert "LISTEN_ADDRESS" in sentence(problems.check_port, "192.0.2.1", 28000)


def test_full_disk_is_named_with_what_is_needed(tmp_path):
    said = sentence(problems.check_disk, tmp_path, 200 * MIB, free_bytes=12 * MIB)
    assert f"The disk of {tmp_path} has 12 MiB free, but 200 MiB are needed" in said


def test_room_enough_on_the_disk_passes(tmp_path):
    problems.check_disk(tmp_path, 200 * MIB, free_bytes=200 * MIB)
    problems.check_disk(tmp_path, 1)


def test_data_directory_is_made_and_left_empty(tmp_path):
    problems.check_writable(tmp_path / "new" / "data")
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_data_directory_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in sentence(problems.check_writable, tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "can't be written to"),
        (errno.EACCES, "can't be written to"),
        (errno.EIO, "can't be used"),
    ],
)
def test_system_errors_become_sentences(number, words):
    assert words in problems.explain_os_error(OSError(number, os.strerror(number)), "/srv/videos")


def test_report_writes_the_sentence_and_fails(capsys):
    assert problems.report(Problem("Make room.")) == 1
    assert capsys.readouterr().err == "Screening Room: Make room.\n"


def test_a_command_that_fails_is_explained_from_everything_that_it_prints(tmp_path):
    script = "import os, sys; print(os.getcwd(), flush=True); sys.stderr.write(sys.stdin.read() + 'bad'); sys.exit({})"
    problems.run([sys.executable, "-c", script.format(0)], str, tmp_path)
    failing = [sys.executable, "-c", script.format(3)]
    said = sentence(problems.run, failing, lambda output: " ".join(output.split()), tmp_path)
    assert said == f"{tmp_path} bad"
