"""Timestamps of WebVTT (https://www.w3.org/TR/webvtt1/, 4.1)."""


def timestamp(milliseconds: int) -> str:
    """Return a WebVTT timestamp with hours: `01:02:03.004`."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
