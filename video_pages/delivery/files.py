"""The names below `/stream/<uuid of a video>/`: the file of each, its type, and whether it is video content.

    source                      the best progressive MP4
    poster                      the poster
    status                      the progress of processing, as JSON
    download                    the original as a file to keep, see `downloads`
    watched                     takes reports of the player, see `watch_reports`
    chapters.vtt                the chapters
    tracks/<number>.vtt         a text track that is not hidden
    hls/master.m3u8             the renditions
    <package>/<name>.….key      with DELIVERY=cdn, the key of a rendition for a minute of film, see `cdn.names`
    <package>/<file>            a playlist, a media file whose ranges are the segments, a storyboard sheet or its map

The whole name of a package and of a file is matched before a path is made of it. This module checks no access: `views`
does so before it calls these functions.
"""

import datetime as dt
import json
from typing import Any

from django.http import HttpResponse

from video_pages.access.decide import Verdict
from video_pages.access.shown_ends import shown_end
from video_pages.core.humanize import seconds_until
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery import webvtt
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.cdn.names import KEY_FILE
from video_pages.delivery.responses import protect
from video_pages.library import paths
from video_pages.library.served_names import ServedNames
from video_pages.library.text_models import TextTrack
from video_pages.pages.chapters import chapters_of
from video_pages.pages.models import VideoPage
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State

SOURCE = "source"
JPEG = "image/jpeg"
PLAYLIST = "application/vnd.apple.mpegurl"  # RFC 8216, 4
WEBVTT = "text/vtt; charset=utf-8"
TYPES = {"m3u8": PLAYLIST, "mp4": "video/mp4", "vtt": WEBVTT, "jpg": JPEG, "key": "application/octet-stream"}
CONTENT = frozenset(["mp4", "key"])
"""Extensions of files that count as watching: a key stands for the segments that come from elsewhere."""


def stored_file(file: ServedNames | None, name: str) -> StoredFile | None:
    """Return the StoredFile that `name` (untrusted text) means below the address of a video with `file`, or None."""
    if file is None:
        return None
    if name == SOURCE:
        return StoredFile(file.playable_name, file.playable_type, is_video_content=True)
    if name == "poster":
        return StoredFile(file.poster_name, JPEG) if file.has_poster else None
    if name == "hls/master.m3u8":
        return _package_file(file, file.package, paths.MASTER_PLAYLIST) if file.package else None
    package, _slash, filename = name.partition("/")
    return _package_file(file, package, filename)


def _package_file(file: ServedNames, package: str, filename: str) -> StoredFile | None:
    try:
        if KEY_FILE.fullmatch(filename):  # no file has this name: only the backend that makes keys answers
            name = f"{paths.package_directory(file.uuid, package)}/{filename}"
        else:
            name = paths.made_name(file.uuid, package, filename)
    except ValueError:
        return None
    extension = filename.rpartition(".")[2]
    return StoredFile(name, TYPES[extension], is_video_content=extension in CONTENT)


def generated_response(video: VideoPage, name: str, verdict: Verdict) -> HttpResponse | None:
    """Return the response for `name` (untrusted text) that is written from rows of the source page `video`, or None.

    `verdict` allows the video; its end is in the status.
    """
    if name == "status":
        return _text_response(json.dumps(status_of(video) | _end_of(video, verdict)), "application/json")
    if name == "chapters.vtt":
        return _text_response(webvtt.chapters(chapters_of(video)), WEBVTT)
    folder, _slash, filename = name.partition("/")
    if folder != "tracks" or not filename.endswith(".vtt") or video.video_file_id is None:
        return None
    number = read_whole_number(filename.removesuffix(".vtt"))
    if number is None:
        return None
    track = TextTrack.objects.filter(pk=number, video_file_id=video.video_file_id, is_hidden=False).first()
    return None if track is None else _text_response(webvtt.cues(track.cues.all()), WEBVTT)


def status_of(video: VideoPage) -> dict[str, Any]:
    """Return the state and percentage of processing, and what can be played already, for the player's page."""
    file = video.video_file
    job = jobs.job_of(file)
    return {
        "state": job.state if job else State.QUEUED.value,
        "progress": job.progress if job else 0,
        "is_playable": bool(file and file.is_playable),
        "package": file.package if file else "",
    }


def _end_of(video: VideoPage, verdict: Verdict) -> dict[str, Any]:
    """Return until when `verdict` lasts, as the player's page shows it, and the seconds to the end of the access."""
    end = shown_end(verdict, video.expire_at)
    return {
        "until": end.astimezone(dt.UTC).isoformat(timespec="seconds") if end else None,
        "closes_in": seconds_until(verdict.valid_until) if verdict.valid_until else None,
    }


def _text_response(text: str, content_type: str) -> HttpResponse:
    return protect(HttpResponse(text, content_type=content_type))
