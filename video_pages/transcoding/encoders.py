"""Encoders of each codec and their options: the same key frames in every rung, constant quality, and a cap."""

import functools
import re
from collections.abc import Sequence

from django.conf import settings

from video_pages.transcoding import ffmpeg, plan
from video_pages.transcoding.workspace import workspace

PRESET, CRF = "veryfast", 23
# Codec -> the encoders that write it, the better one first, and their options.
ENCODERS = {
    "h264": {"libx264": ["-preset", PRESET, "-profile:v", "high", "-crf", str(CRF), "-sc_threshold", "0", "-bf", "2"]},
    # `hvc1` and not `hev1`, which Apple's players refuse; closed groups, as a segment must begin with a key frame.
    "hevc": {
        "libx265": ["-tag:v", "hvc1", "-preset", "fast", "-crf", "26"]
        + ["-x265-params", "log-level=error:scenecut=0:open-gop=0"],
    },
    "av1": {
        "libsvtav1": ["-preset", "8", "-crf", "35"],
        "libaom-av1": ["-cpu-used", "8", "-row-mt", "1", "-crf", "35", "-b:v", "0"],
    },
}
LISTED = re.compile(r"^ V[A-Z.]{5} (\S+)", re.MULTILINE)


class NoEncoder(LookupError):
    """The ffmpeg in use has no encoder for this codec; the first argument names the codec."""


def encoder_of(codec: str) -> str:
    """Return the name of the encoder for `codec` in this ffmpeg. Raises NoEncoder, and what `ffmpeg.run` raises."""
    names = list(ENCODERS[codec])
    # Without x264 no site can run, so its presence is not checked.
    found = names if codec == "h264" else [name for name in names if name in _available(ffmpeg.binary())]
    if not found:
        raise NoEncoder(codec)
    return found[0]


def arguments(rungs: Sequence[plan.Rung]) -> list[str]:
    """Return the options that encode the video of `rungs`, which are of one codec."""
    encoder = encoder_of(rungs[0].codec)
    group = round(plan.SEGMENT_SECONDS * rungs[0].frame_rate)
    options = ["-c:v", encoder, *ENCODERS[rungs[0].codec][encoder], "-g", str(group), "-keyint_min", str(group)]
    options += ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
    for number, rung in enumerate(rungs):
        options += [f"-maxrate:v:{number}", f"{rung.cap_kbps}k", f"-bufsize:v:{number}", f"{2 * rung.cap_kbps}k"]
        if has_short_beginning(rungs):
            # Once for each stream: ffmpeg gives all times of one option to its first stream alone.
            times = ",".join(map(str, plan.FIRST_KEY_FRAMES_SECONDS))
            options += [f"-force_key_frames:v:{number}", times]
    return options


def has_short_beginning(rungs: Sequence[plan.Rung]) -> bool:
    """Return True if `rungs` begin with short segments: those that a slow line begins with, so not the extra codecs."""
    return rungs[0].codec == "h264"


def extra_codecs() -> tuple[str, ...]:
    """Return the codecs that are made beside H.264 on this site, in the order of the setting."""
    return tuple(dict.fromkeys(settings.EXTRA_VIDEO_CODECS))


@functools.cache
def _available(binary: str) -> frozenset[str]:
    """Return the names of the video encoders of the ffmpeg at `binary`, which is the one in use."""
    with workspace() as space:
        return frozenset(LISTED.findall(ffmpeg.run(["-encoders"], space=space).stdout.decode("utf-8", "replace")))
