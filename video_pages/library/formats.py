"""Containers and codecs that browsers play without a rendition; pure."""

# Formats that every current browser plays progressively: container -> (video codecs, audio codecs; "" is no audio).
BROWSER_FORMATS = {
    "mp4": ({"h264"}, {"", "aac", "mp3"}),
    "mov": ({"h264"}, {"", "aac", "mp3"}),
    "webm": ({"vp8", "vp9", "av1"}, {"", "opus", "vorbis"}),
}
EIGHT_BIT_420 = {"yuv420p", "yuvj420p"}


def plays_in_browsers(*, container: str, video_codec: str, audio_codec: str, pixel_format: str) -> bool:
    """Return whether every current browser plays such a file, without a rendition."""
    video_codecs, audio_codecs = BROWSER_FORMATS.get(container, (set(), set()))
    has_known_pixels = video_codec != "h264" or pixel_format in EIGHT_BIT_420
    return video_codec in video_codecs and audio_codec in audio_codecs and has_known_pixels
