"""Output of a sandboxed process is opened only if it is a plain file: the opening process may read everything."""

import os
import socket

import pytest

from tests.factories import make_video_file
from video_pages.library import services
from video_pages.library.results import NotRegularFile, open_result


@pytest.fixture
def neighbour(tmp_path):
    path = tmp_path / "neighbour.jpg"
    path.write_bytes(b"another film's picture")
    return path


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))  # the whole path may be too long for a socket's


ODD = {
    "link": lambda path, neighbour: path.symlink_to(neighbour),
    "dangling link": lambda path, neighbour: path.symlink_to("/nowhere"),
    "second name": lambda path, neighbour: os.link(neighbour, path),
    "pipe": lambda path, neighbour: os.mkfifo(path),
    "socket": lambda path, neighbour: make_socket(path),
    "directory": lambda path, neighbour: path.mkdir(),
}


def test_a_plain_file_is_read(neighbour):
    with open_result(neighbour) as file:
        assert file.read() == b"another film's picture"


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_result(tmp_path / "nothing")


@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_no_plain_file_is_refused_at_once(kind, tmp_path, neighbour, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ODD[kind](tmp_path / "result", neighbour)
    with pytest.raises(NotRegularFile):
        open_result(tmp_path / "result")


@pytest.mark.parametrize("kind", ODD)
def test_what_takes_the_place_of_a_file_after_the_first_look_is_refused_too(kind, tmp_path, neighbour, monkeypatch):
    (tmp_path / "honest").write_bytes(b"")
    before = os.lstat(tmp_path / "honest")
    monkeypatch.chdir(tmp_path)
    ODD[kind](tmp_path / "result", neighbour)
    monkeypatch.setattr(os, "lstat", lambda path: before)
    with pytest.raises(NotRegularFile):
        open_result(tmp_path / "result")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["link", "second name", "pipe"])
def test_a_poster_that_is_no_plain_file_never_reaches_the_library(kind, tmp_path, neighbour):
    video_file = make_video_file(playable=False)
    ODD[kind](tmp_path / "poster.jpg", neighbour)
    with pytest.raises(NotRegularFile):
        services.attach_poster(video_file, tmp_path / "poster.jpg", "", version=1)
    video_file.refresh_from_db()
    assert not video_file.has_poster
    assert os.listdir(os.path.dirname(video_file.file.path)) == ["source.mp4"]
