"""What each sound track really holds, from its first packet to its last; read in a sandboxed child only."""

import json
import logging
from pathlib import Path

from django.conf import settings

from video_pages.transcoding import pyav_child, sandbox
from video_pages.transcoding.facts import with_audio_scan

CHILD = Path(__file__).with_name("audio_scan_child")
MARGIN_SECONDS = 300
"""Beside one second for each second of film: the child reads the whole file, and decodes what is silent."""

logger = logging.getLogger(__name__)


def scan(space, facts, *, on_tick=None):
    """Return `facts` of `space.source` with what its sound tracks hold: see `facts.AudioTrack`.

    Tracks of a file that can't be read to its end in time stay as they are: their ends are unknown, so they are
    encoded and not copied. Raises sandbox.Interrupted, sandbox.Killed, and what `on_tick()` raises.
    """
    streams = [track.stream for track in facts.audio_tracks if track.is_readable]
    if not streams:
        return facts
    seconds = min(settings.SANDBOX_WALL_SECONDS, MARGIN_SECONDS + facts.duration_seconds)
    try:
        outcome = pyav_child.run(
            CHILD, {"streams": streams}, space=space, wall_seconds=seconds, cpu_seconds=seconds, on_tick=on_tick
        )
        if outcome.returncode != 0:
            raise ValueError(outcome.stderr.strip()[-500:] or f"exit code {outcome.returncode}")
        return with_audio_scan(facts, json.loads(outcome.stdout))
    except (sandbox.TookTooLong, sandbox.OutputTooLong) as error:
        logger.warning("The sound tracks could not be read to their end: %s", error)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        logger.warning("The sound tracks could not be looked into: %s", error)
    return facts
