"""Names of tracks of sound: told apart, and never longer than their column."""

import pytest

from video_pages.models import Rendition
from video_pages.transcoding.facts import AudioTrack
from video_pages.transcoding.sound import _distinct_names


def tracks(*titles):
    fields = dict.fromkeys(AudioTrack.__dataclass_fields__, 0)
    said = zip(titles, ("en", "de", "fr"), strict=False)
    return [AudioTrack(**{**fields, "title": title, "language": language}) for title, language in said]


@pytest.mark.parametrize("title", ["x" * 120, "Film", "x" * 118])
def test_titles_alike_are_told_apart_within_the_columns_length(title):
    names = _distinct_names(tracks(title, title, title))
    assert names[0] == title
    assert len(set(names)) == 3 and names[2].endswith(" (3)")
    assert max(map(len, names)) <= Rendition._meta.get_field("label").max_length


def test_titles_that_differ_stay_as_they_are():
    assert _distinct_names(tracks("Film", "Comments", "")) == ["Film", "Comments", "Français"]
