"""Chapters and captions that lie beyond the end of their video, after a shorter version replaced the source.

Chapters and captions that begin before the end of the new source are kept as they are. Those that begin after it are
kept too, and not shown; an editor may remove them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q

from video_pages.library.models import VideoFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.protocols import Video

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    CountedTrack = WithAnnotations[TextTrack, "CueCounts"]


class CueCounts(TypedDict):
    """The annotations of a text track: its cues, and its cues that begin after the end."""

    cue_count: int
    beyond_count: int


@dataclass(frozen=True)
class BeyondTheEnd:
    """The chapters of a page's draft and the text tracks of its video that begin at or after `end_seconds`.

    Each track has the annotations CueCounts.
    """

    end_seconds: float
    chapters: list[VideoChapter]
    tracks: "list[CountedTrack]"

    def __bool__(self) -> bool:
        return bool(self.chapters or self.tracks)


def beyond_the_end(draft: Video) -> BeyondTheEnd:
    """Return the BeyondTheEnd of the page `draft`, which is its latest revision as an object."""
    file = draft.video_file
    if file is None or not file.source_seconds:
        return BeyondTheEnd(0, [], [])
    return BeyondTheEnd(file.source_seconds, chapters_beyond(draft), tracks_beyond(file))


def chapters_beyond(draft: Video) -> list[VideoChapter]:
    """Return the chapters of `draft` that begin at or after the end of its video's source, in order."""
    end = draft.video_file.source_seconds if draft.video_file else 0
    late = [chapter for chapter in draft.chapters.all() if end and chapter.start_seconds >= end]
    return sorted(late, key=lambda chapter: chapter.start_seconds)


def tracks_beyond(video_file: VideoFile) -> "list[CountedTrack]":
    """Return the uploaded text tracks with cues that begin after the source's end; one query.

    Tracks that were embedded in a video file are left out: processing extracts those of the new source.
    """
    late = Q(cues__start_ms__gte=round(video_file.source_seconds * 1000))
    counted = video_file.text_tracks.filter(origin=TextTrack.Origin.UPLOADED).annotate(
        cue_count=Count("cues"), beyond_count=Count("cues", filter=late)
    )
    return list(counted.filter(beyond_count__gt=0))


def remove_chapters(page: Video, chapters: Sequence[VideoChapter], *, user: User | None, publish: bool) -> None:
    """Save a new draft of `page` without `chapters`, which belong to its latest draft.

    The new draft is published if `publish` is true, the page is live and it has no other unpublished changes.
    """
    with transaction.atomic():
        page = type(page).objects.select_for_update().get(pk=page.pk)
        is_up_to_date = page.live and not page.has_unpublished_changes  # saving a revision changes both objects
        draft = page.get_latest_revision_as_object()
        removed = {(chapter.start_seconds, chapter.title) for chapter in chapters}
        draft.chapters = [
            chapter for chapter in draft.chapters.all() if (chapter.start_seconds, chapter.title) not in removed
        ]
        revision = draft.save_revision(user=user, log_action=True, clean=False)
        if publish and is_up_to_date:
            revision.publish(user=user)
