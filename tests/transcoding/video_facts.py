"""The facts of a video stream, as the probe reports them."""

from types import SimpleNamespace


def facts(width=1920, height=1080, rate=25.0, **others):
    known = {"width": width, "height": height, "frame_rate": rate, "bit_rate": 4_000_000, "is_interlaced": False}
    return SimpleNamespace(**{**known, **others})
