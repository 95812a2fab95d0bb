"""The real content of each audio track, from its first packet to its last; read in a sandboxed child only."""

import json
import logging
from pathlib import Path

from django.conf import settings

from video_pages.transcoding import pyav_child, sandbox
from video_pages.transcoding.facts import Facts, with_audio_scan
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

CHILD = Path(__file__).with_name("audio_scan_child")
MARGIN_SECONDS = 300
"""Added to one second for each second of video: the child reads the whole file, and decodes silent audio."""

logger = logging.getLogger(__name__)


def scan(space: Workspace, facts: Facts, *, on_tick: OnTick = None) -> Facts:
    """Return `facts` of `space.source` with the content of its audio tracks: see `facts.AudioTrack`.

    If the file can't be read to its end in time, its tracks stay unchanged: their ends are unknown, so they are encoded
    and not copied. Raises sandbox.Interrupted, sandbox.Killed, pyav_child.ChildFailed, and what
    `on_tick()` raises.
    """
    streams = [track.stream for track in facts.audio_tracks if track.is_readable]
    if not streams:
        return facts
    seconds = min(settings.SANDBOX_WALL_SECONDS, MARGIN_SECONDS + facts.duration_seconds)
    try:
        result = pyav_child.run(
            CHILD, {"streams": streams}, space=space, wall_seconds=seconds, cpu_seconds=seconds, on_tick=on_tick
        )
        if result.returncode != 0:
            raise ValueError(result.stderr.strip()[-500:] or f"exit code {result.returncode}")
        return with_audio_scan(facts, json.loads(result.stdout))
    except (sandbox.TookTooLong, sandbox.OutputTooLong) as error:
        logger.warning("The sound tracks could not be read to their end: %s", error)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        logger.warning("The sound tracks could not be looked into: %s", error)
    return facts
