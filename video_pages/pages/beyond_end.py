"""What of a page lies beyond the end of its film, after a shorter version took the place of the source.

Chapters and captions that begin before the end of the new source are kept as they are. Those that begin after it are
kept too, and not shown; an editor may remove them.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from video_pages.library.text_models import TextTrack


@dataclass(frozen=True)
class BeyondTheEnd:
    """What begins at or after `end_seconds`: VideoChapters of the page's draft, and TextTracks with their counts.

    A track carries `cue_count`, and `beyond_count` for the cues that begin after the end.
    """

    end_seconds: float
    chapters: list
    tracks: list

    def __bool__(self):
        return bool(self.chapters or self.tracks)


def beyond_the_end(draft):
    """Return what of the page `draft` (its latest revision as an object) lies BeyondTheEnd of its film's source."""
    file = draft.video_file
    end = file.source_seconds if file else 0
    if not end:
        return BeyondTheEnd(0, [], [])
    return BeyondTheEnd(end, chapters_beyond(draft), tracks_beyond(file))


def chapters_beyond(draft):
    """Return the chapters of `draft` that begin at or after the end of its film's source, in order."""
    end = draft.video_file.source_seconds if draft.video_file else 0
    late = [chapter for chapter in draft.chapters.all() if end and chapter.start_seconds >= end]
    return sorted(late, key=lambda chapter: chapter.start_seconds)


def tracks_beyond(video_file):
    """Return the uploaded text tracks with cues that begin after the source's end; one query.

    Tracks that came inside a video file are left out: processing takes those of the new source.
    """
    late = Q(cues__start_ms__gte=round(video_file.source_seconds * 1000))
    counted = video_file.text_tracks.filter(origin=TextTrack.Origin.UPLOADED).annotate(
        cue_count=Count("cues"), beyond_count=Count("cues", filter=late)
    )
    return list(counted.filter(beyond_count__gt=0))


def remove_chapters(page, chapters, *, user, publish):
    """Remove `chapters`, of the latest draft of `page`, in a new draft.

    It is published if `publish` is true, the page is live and has no other changes that wait for publication.
    """
    with transaction.atomic():
        page = type(page).objects.select_for_update().get(pk=page.pk)
        is_up_to_date = page.live and not page.has_unpublished_changes  # saving a revision changes both objects
        draft = page.get_latest_revision_as_object()
        gone = {(chapter.start_seconds, chapter.title) for chapter in chapters}
        draft.chapters = [
            chapter for chapter in draft.chapters.all() if (chapter.start_seconds, chapter.title) not in gone
        ]
        revision = draft.save_revision(user=user, log_action=True, clean=False)
        if publish and is_up_to_date:
            revision.publish(user=user)
