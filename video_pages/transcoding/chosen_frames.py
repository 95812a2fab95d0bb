"""The frame that an editor chooses as the poster: the choice is a row, and a worker draws it from the source.

A browser shows the last frame that begins at or before its position. So this frame is drawn, and not the next key
frame, nor a frame of a smaller rendition.
"""

import datetime as dt
import logging
import math
import time
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.db.models import Q, QuerySet
from django.utils.crypto import get_random_string
from PIL import Image

from video_pages.core import clock, disk_space
from video_pages.library import identity, local_files, posters
from video_pages.library.models import VideoFile
from video_pages.library.results import open_result
from video_pages.library.storage import StorageAway
from video_pages.transcoding import endings, ffmpeg, filters, poster, probe, sandbox
from video_pages.transcoding.facts import Facts, parse_facts
from video_pages.transcoding.frame_models import ChosenFrame
from video_pages.transcoding.workspace import Workspace, workspace

LEASE = dt.timedelta(minutes=5)
RENEW_SECONDS = 30.0
MAX_ATTEMPTS = 3
SLACK_SECONDS = 0.003
"""Containers round the times of frames, some to a millisecond, and the copy that plays is another container."""
WINDOWS_SECONDS = (0.5, 5, 60)
"""How far before the position the frame may begin: the shortest window that has one is used."""
COUNTED_FROM_USED = frozenset(["mpegts", "mpeg"])
"""Containers in which ffmpeg counts from the first of the tracks that it reads, so it has to read the audio, too."""

logger = logging.getLogger(__name__)
State = ChosenFrame.State


class NotPlaying(Exception):
    """The present source of the video file can't be watched yet, so no position is one of its own."""


class NoSuchPosition(ValueError):
    """The position does not lie within the video."""


class _ChoiceLost(Exception):
    """Another choice has taken the place of this one, or its video file was deleted."""


def choose(video_file: VideoFile, at_seconds: float) -> ChosenFrame:
    """Have a worker make the frame at `at_seconds` of `video_file` its poster; return the ChosenFrame.

    Raises NotPlaying and NoSuchPosition.
    """
    if video_file.plays_earlier_source:
        raise NotPlaying
    if not (math.isfinite(at_seconds) and 0 <= at_seconds <= video_file.source_seconds + 1):
        raise NoSuchPosition(at_seconds)
    values = {
        "source_version": video_file.source_version,
        "at_seconds": at_seconds,
        "key": get_random_string(22),
        "state": State.WAITING,
        "attempt": 0,
        "lease_until": None,
    }
    chosen, _created = ChosenFrame.objects.update_or_create(video_file=video_file, defaults=values)
    return chosen


def withdraw(video_file: VideoFile) -> bool:
    """Delete the choice of a frame of `video_file` that is not the poster yet, and return True.

    For `posters.use_image(admit=…)`: the image that an editor chooses now is the later choice.
    """
    ChosenFrame.objects.filter(video_file=video_file, state__in=[State.WAITING, State.DRAWING]).delete()
    return True


def draw_next() -> bool:
    """Draw the next frame that waits and make it the poster; return False if none waits.

    A failure is written into the row. A storage that is away and a full disk cost no attempt. While the library is not
    the one that the database knows, all wait. Raises DatabaseError and InterfaceError.
    """
    chosen = _claim(clock.now())
    if chosen is None:
        return False
    columns = _outcome(chosen)
    _same(chosen).update(**{"lease_until": None, **columns})
    return columns["state"] != State.WAITING


def _outcome(chosen: ChosenFrame) -> dict[str, Any]:
    """Draw `chosen`; return the columns that say how it ended. Raises DatabaseError and InterfaceError."""
    name = f"The frame at {chosen.at_seconds:.3f} s of file {chosen.video_file_id}"
    try:
        return {"state": _draw(chosen)}
    except (DatabaseError, InterfaceError):
        raise  # the row keeps its lease
    except _ChoiceLost:
        return {"state": State.FAILED}  # of a row that is not there any more
    except sandbox.Interrupted:
        return _waits(chosen, None)
    except StorageAway as error:
        logger.warning("%s waits for the storage of the library: %s", name, error)
        return _waits(chosen, endings.STORAGE_AWAY_DELAY)
    except (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed, probe.UnreadableMedia) as error:
        if disk_space.is_full(error):
            logger.error("%s waits for room on the disk: %s", name, error)
            return _waits(chosen, endings.DISK_FULL_DELAY)
        logger.warning("%s: %s", name, error)
        is_final = isinstance(error, (*poster.UNUSABLE, probe.UnreadableMedia))
    except Exception:
        logger.exception("%s could not be drawn.", name)
        is_final = False
    return {"state": State.FAILED if is_final or chosen.attempt >= MAX_ATTEMPTS else State.WAITING}


def _waits(chosen: ChosenFrame, delay: dt.timedelta | None) -> dict[str, Any]:
    """Return the columns of a frame that waits for `delay` and whose attempt is not counted: the cause is not it."""
    return {
        "state": State.WAITING,
        "attempt": chosen.attempt - 1,
        "lease_until": clock.now() + delay if delay else None,
    }


def _claim(now: dt.datetime) -> ChosenFrame | None:
    waits = Q(state=State.WAITING) & (Q(lease_until=None) | Q(lease_until__lt=now))
    free = waits | Q(state=State.DRAWING, lease_until__lt=now)
    chosen = ChosenFrame.objects.filter(free).select_related("video_file").order_by("pk").first()
    if chosen is None or not identity.state().is_usable:
        return None
    chosen.attempt += 1
    state = State.DRAWING if chosen.attempt <= MAX_ATTEMPTS else State.FAILED  # its workers died
    is_ours = _same(chosen).filter(free).update(state=state, attempt=chosen.attempt, lease_until=now + LEASE)
    return chosen if is_ours and state == State.DRAWING else None


def _same(chosen: ChosenFrame) -> QuerySet[ChosenFrame]:
    return ChosenFrame.objects.filter(pk=chosen.pk, key=chosen.key)


class _Renewal:
    """Renews the lease of `chosen`; called several times a second. Raises _ChoiceLost.

    Without it, another worker would fetch a large source from a bucket again while this one still does.
    """

    def __init__(self, chosen: ChosenFrame) -> None:
        self._chosen, self._next = chosen, time.monotonic() + RENEW_SECONDS

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + RENEW_SECONDS
        if not _same(self._chosen).filter(state=State.DRAWING).update(lease_until=clock.now() + LEASE):
            raise _ChoiceLost


def _draw(chosen: ChosenFrame) -> State:
    renewal = _Renewal(chosen)
    video_file = chosen.video_file
    if video_file.source_version != chosen.source_version:
        return State.FAILED
    with local_files.local_copy(video_file.file.name or "", renewal) as source, workspace(source) as space:
        target = space.out / "chosen.jpg"
        facts = _facts(video_file, space)
        draw_shown_frame(space, facts, target, at_seconds=chosen.at_seconds, on_tick=renewal)
        with open_result(target) as file:
            jpeg = file.read()
    # A choice that was made meanwhile counts, also if this one is drawn after it.
    is_current = posters.use_image(video_file, jpeg, version=chosen.source_version, admit=_same(chosen).exists)
    return State.DONE if is_current else State.FAILED


def _facts(video_file: VideoFile, space: Workspace) -> Facts:
    try:
        return parse_facts(video_file.facts)
    except (ValueError, KeyError, TypeError):  # of a version of the program that knew other facts
        return probe.probe(space.source)


def draw_shown_frame(
    space: Workspace, facts: Facts, target: Path, *, at_seconds: float, on_tick: sandbox.OnTick = None
) -> None:
    """Write the frame of `space.source` that a player shows at `at_seconds` to the path `target`, a JPEG.

    Raises FfmpegFailed, TookTooLong, FileNotFoundError if there is no frame, UnidentifiedImageError if it is no image.
    """
    width, height = poster.fit(facts.width, facts.height, poster.MAX_WIDTH)
    upright = filters.video_filter(facts, width=width, height=height)
    until = max(at_seconds, facts.starts_at_seconds) + SLACK_SECONDS
    starts = sorted({max(0.0, until - window) for window in WINDOWS_SECONDS} | {0.0}, reverse=True)
    for start in starts:
        length = until - start
        arguments = ffmpeg.input_arguments(space.source, start_seconds=start or None, length_seconds=length + 1)
        arguments += ["-map", f"0:{facts.video_stream}", "-an", "-sn", "-dn", "-map_metadata", "-1"]
        # The length of the input is rounded to frames, so a filter compares their times.
        arguments += ["-vf", f"select=lte(t\\,{length:.6f}),{upright},scale=out_range=pc,format=yuvj420p"]
        arguments += poster.JPEG_QUALITY
        # Each frame takes the place of the one before: the last one within the window stays.
        arguments += ["-fps_mode", "passthrough", "-update", "1", "-f", "image2", f"file:{target}"]
        if facts.container in COUNTED_FROM_USED and facts.audio_stream is not None:
            arguments += ["-map", f"0:{facts.audio_stream}", "-c", "copy", "-f", "null", "-"]
        try:
            ffmpeg.run(arguments, space=space, wall_seconds=poster.CANDIDATE_SECONDS, on_tick=on_tick)
        except ffmpeg.FfmpegFailed:
            if start == starts[-1]:  # others may begin after the last frame, or in a container that can't seek
                raise
        if target.exists():
            break
    with open_result(target) as jpeg, Image.open(jpeg, formats=("JPEG",)) as image:
        image.load()
