"""Under the real server: lines that break, a server that is killed in the middle of a PATCH, two tabs, and memory."""

import hashlib
import os
import signal
from pathlib import Path

import pytest

from tests import factories, shared_data
from tests.uploads import lines, under_gunicorn
from tests.uploads.resumable import checksum, part_of
from tests.uploads.under_gunicorn import MIB, a_video_file, memory_of
from tests.waiting import wait_for
from video_pages.models import ResumableUpload, VideoFile

pytestmark = pytest.mark.django_db(transaction=True)

own_media_roots = shared_data.media_of_run
served = under_gunicorn.served


@pytest.fixture
def cookies():
    return lines.cookies_of(factories.make_superuser())


def arrived_of(address):
    """Return the number of bytes of an upload on the disk."""
    path = part_of(address)
    return path.stat().st_size if path.exists() else 0


def test_a_server_killed_in_the_middle_of_a_patch_loses_nothing_that_it_had_written(served, cookies):
    film = a_video_file(12)
    with served() as server:
        line = lines.Line(server.port, cookies)
        address = line.create(len(film))
        assert line.patch(address, film[: 2 * MIB], 0)[0] == 204
        connection = line.begin(address, len(film) - 2 * MIB, 2 * MIB)
        connection.sendall(film[2 * MIB : 8 * MIB])
        wait_for(lambda: arrived_of(address) >= 6 * MIB)
        for pid in server._pids()[::-1]:
            os.kill(pid, signal.SIGKILL)
        connection.close()
    with served() as server:
        line = lines.Line(server.port, cookies)
        offset = line.offset(address)
        assert 6 * MIB <= offset <= 8 * MIB
        assert part_of(address).read_bytes() == film[:offset]
        # The lock went with the process.
        assert line.patch(address, film[offset:], offset)[0] == 204
    video_file = VideoFile.objects.get()
    assert video_file.sha256 == hashlib.sha256(film).hexdigest()
    assert video_file.file.open().read() == film


def test_a_killed_server_leaves_no_byte_that_its_checksum_did_not_prove(served, cookies):
    film = a_video_file(6)
    chunk = film[MIB:]
    with served() as server:
        line = lines.Line(server.port, cookies)
        address = line.create(len(film))
        assert line.patch(address, film[:MIB], 0)[0] == 204
        connection = line.begin(address, len(chunk), MIB, **checksum(chunk))
        connection.sendall(chunk[: 4 * MIB])
        wait_for(lambda: arrived_of(address) >= 3 * MIB)
        for pid in server._pids()[::-1]:
            os.kill(pid, signal.SIGKILL)
        connection.close()
    with served() as server:
        line = lines.Line(server.port, cookies)
        assert line.offset(address) == MIB
        assert line.patch(address, chunk, MIB, **checksum(chunk))[0] == 204
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film).hexdigest()


def test_a_broken_connection_keeps_its_bytes_unless_a_checksum_was_announced(served, cookies):
    with served() as server:
        line = lines.Line(server.port, cookies)
        for more, kept in (({}, True), (checksum(b"whatever"), False)):
            address = line.create(8 * MIB)
            connection = line.begin(address, 8 * MIB, 0, **more)
            connection.sendall(bytes(3 * MIB))
            wait_for(lambda found=address: arrived_of(found) >= 2 * MIB)
            connection.close()
            wait_for(lambda found=address: line.patch(found, b"", line.offset(found))[0] == 204)
            assert (line.offset(address) >= 2 * MIB) is kept
            assert kept or line.offset(address) == 0


def test_two_tabs_on_one_upload_can_not_spoil_it(served, cookies):
    film = a_video_file(4)
    with served() as server:
        line = lines.Line(server.port, cookies)
        address = line.create(len(film))
        first = line.begin(address, len(film), 0)
        first.sendall(film[: 2 * MIB])
        wait_for(lambda: arrived_of(address) >= MIB)
        assert line.patch(address, b"spoiled", 0)[0] == 423
        assert line.patch(address, b"spoiled", arrived_of(address))[0] == 423
        assert line.ask("DELETE", address)[0] == 423
        first.sendall(film[2 * MIB :])
        assert first.recv(12).endswith(b"204")
        first.close()
        assert line.patch(address, b"spoiled", 0)[0] == 409
    assert VideoFile.objects.get().sha256 == hashlib.sha256(film).hexdigest()
    assert ResumableUpload.objects.get().video_file == VideoFile.objects.get()


def test_a_file_over_the_disks_room_is_refused_before_a_byte_of_it_flows(served, cookies, child_environment):
    child_environment["DISK_FLOOR_BYTES"] = "900TiB"
    with served() as server:
        line = lines.Line(server.port, cookies)
        status, _headers, body = line.ask(
            "POST", "/admin/uploads/tus/", Upload_Length=10, Upload_Metadata=lines.metadata(filename="film.mp4")
        )
    assert status == 413 and b"disk is nearly full" in body


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak of memory")
def test_a_large_file_takes_no_more_memory_than_a_small_one(served, cookies):
    with served() as server:
        line = lines.Line(server.port, cookies)
        small = line.create(2 * MIB)
        assert line.patch(small, bytes(2 * MIB - 1), 0)[0] == 204
        before = memory_of(server)
        large = line.create(65 * MIB)
        assert line.patch(large, bytes(64 * MIB), 0)[0] == 204
        assert memory_of(server) - before < 16 * MIB
