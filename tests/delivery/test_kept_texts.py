"""Small texts of packages in a bucket: fetched once, sent as the bucket has them, within a bounded memory."""

import io

import pytest

from tests.s3_servers import library_in
from video_pages.delivery import kept_texts
from video_pages.delivery.backends.stream import describe, open_file
from video_pages.delivery.kept_texts import KeptTexts, is_kept
from video_pages.library import local_files
from video_pages.library.s3.client import reading_client
from video_pages.library.storage import protected_storage

FOLDER = f"12/{'12' * 16}/{'ab' * 6}"


@pytest.fixture
def asked(settings, gateway_bucket, monkeypatch):
    """The requests of reading, as (operation, name), of a site in the bucket."""
    monkeypatch.setattr(kept_texts, "kept_texts", KeptTexts())
    with library_in(settings, gateway_bucket):
        found = []
        for operation in ("HeadObject", "GetObject"):
            reading_client().meta.events.register_first(
                f"before-call.s3.{operation}", lambda model, **_: found.append(model.name)
            )
        yield found


def read(name):
    with open_file(protected_storage(), name) as file:
        return describe(protected_storage(), name, file), file.read()


def test_a_playlist_is_fetched_once_and_described_as_in_the_bucket(asked):
    name = f"{FOLDER}/360p.m3u8"
    local_files.write(name, io.BytesIO(b"#EXTM3U\n"))
    first = read(name)
    assert first[1] == b"#EXTM3U\n" and asked.count("GetObject") == 1
    asked.clear()
    assert read(name) == first
    assert asked == []
    local_files.remove_folder(FOLDER)


@pytest.mark.parametrize("name", ["master.m3u8", "360p.mp4", "storyboard-1.jpg"])
def test_what_may_change_or_is_no_small_text_is_not_kept(asked, name):
    assert not is_kept(protected_storage(), f"{FOLDER}/{name}")
    assert is_kept(protected_storage(), f"{FOLDER}/storyboard.vtt")


def test_a_large_text_is_read_as_any_object(asked, monkeypatch):
    monkeypatch.setattr(kept_texts, "MAX_TEXT_BYTES", 10)
    name = f"{FOLDER}/180p.m3u8"
    local_files.write(name, io.BytesIO(b"#EXTM3U\n" * 10))
    assert read(name)[1] == read(name)[1] == b"#EXTM3U\n" * 10
    assert asked.count("GetObject") == 2
    local_files.remove_folder(FOLDER)


def test_a_missing_text_is_missing(asked):
    with pytest.raises(FileNotFoundError):
        read(f"{FOLDER}/720p.m3u8")


def test_the_memory_is_bounded_and_keeps_what_was_asked_for_last():
    texts = KeptTexts(max_bytes=10)
    for name in ("a", "b", "c"):
        texts.keep(("place", name), b"1234", None)
        texts.get(("place", "a"))
    assert [name for name in ("a", "b", "c") if texts.get(("place", name))] == ["a", "c"]
