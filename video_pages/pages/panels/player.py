"""Context of the film in the page editor: what it plays, its captions, its poster, and addresses of the screens."""

from typing import Any

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from video_pages.core.typography import join_list
from video_pages.library.models import VideoFile
from video_pages.library.text_models import TextTrack
from video_pages.pages.protocols import Video
from video_pages.transcoding import jobs

FRAMES_PER_SECOND = 25
"""The rate of a file whose own is not known."""


def player_panel_context(page: Video) -> dict[str, Any]:
    """Return the context of `video/film_panel_content.html` for the video `page`, saved or not."""
    file, source_id = page.video_file, page.source.pk if page.pk else None
    context: dict[str, Any] = {
        "file": file if source_id else None,
        "panel_url": reverse("video_film_panel", args=(page.pk,)) if page.pk else "",
        "panel_url_template": reverse("video_film_panel", args=(0,)),
    }
    if file and source_id:
        tracks = list(file.text_tracks.all())
        context.update(
            # The copy that plays, or the source; only editors with a right to the file can read it.
            plays=plays(file),
            is_refused=jobs.is_refused(file),
            film_key=_digest(f"{file.pk}-{file.package}-{file.progressive_name}"),
            frame_rate=file.frame_rate or FRAMES_PER_SECOND,
            tracks=tracks,
            track_names=join_list(map(_name_of, tracks)),
            shown_tracks=[
                (track, reverse("video_captions_download", args=(source_id, track.pk)))
                for track in tracks
                if not track.is_hidden
            ],
            captions_url=reverse("video_captions", args=(source_id,)),
            picture_url=reverse("video_poster_picture", args=(source_id, "poster")) if file.has_poster else "",
            picture_template=reverse("video_poster_picture", args=(source_id, "poster")),
            frame_url=reverse("video_chosen_frame", args=(source_id,)),
        )
    return context


def plays(file: VideoFile) -> bool:
    """Return whether a browser plays what the address of `file` sends."""
    return bool(file.playable_name) or (file.plays_in_browsers and not jobs.is_refused(file))


def _name_of(track: TextTrack) -> str:
    """Return the label of `track`, and whether viewers do not get it."""
    return _("%(name)s (hidden)") % {"name": track.label} if track.is_hidden else track.label


def _digest(text: str) -> str:
    """Return a value that changes with `text` and does not tell it: the page names no file of the library."""
    return salted_hmac("video_pages.film_panel", text).hexdigest()[:16]
