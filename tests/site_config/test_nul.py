"""A NUL in a text is refused by both databases, with the same exception."""

import pytest
from django.db import DataError, connection, transaction

from tests import factories
from video_pages.library.subtitles import ParsedCue
from video_pages.models import Cue, TextTrack, VideoPage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "ask",
    [
        lambda: VideoPage.objects.filter(title="a\0b").exists(),
        lambda: VideoPage.objects.update(title="a\0b"),
        lambda: TextTrack.objects.bulk_create([TextTrack(video_file=factories.make_video_file(), label="a\0b")]),
        lambda: connection.cursor().executemany("SELECT %s", iter([["a\0b"]])),
        lambda: connection.cursor().execute("SELECT %(text)s", {"text": "a\0b"}),
    ],
    ids=["filter", "update", "insert", "many", "named"],
)
def test_a_query_with_one_raises_data_error(ask):
    factories.make_video()
    with pytest.raises(DataError), transaction.atomic():
        ask()
    assert not VideoPage.objects.filter(title__startswith="a").exists()


def test_bytes_and_other_texts_pass():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, %s", [b"a\0b", "a\\0b"])
        values = cursor.fetchone()
    assert (bytes(values[0]), values[1]) == (b"a\0b", "a\\0b")


def test_a_track_with_one_is_not_written():
    video_file = factories.make_video_file()
    with pytest.raises(DataError), transaction.atomic():
        factories.add_text_track(
            video_file, [ParsedCue(0, 1, "a\0b")], kind="subtitles", language="en", label="English"
        )
    assert not TextTrack.objects.exists() and not Cue.objects.exists()
