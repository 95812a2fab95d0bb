"""Which files browsers play as they are: a pure question about containers and codecs."""

# What every current browser plays progressively: container -> (video codecs, audio codecs; "" is no sound).
BROWSER_FORMATS = {
    "mp4": ({"h264"}, {"", "aac", "mp3"}),
    "mov": ({"h264"}, {"", "aac", "mp3"}),
    "webm": ({"vp8", "vp9", "av1"}, {"", "opus", "vorbis"}),
}
EIGHT_BIT_420 = {"yuv420p", "yuvj420p"}


def plays_in_browsers(*, container, video_codec, audio_codec, pixel_format):
    """True if every current browser plays such a file, without a rendition."""
    video_codecs, audio_codecs = BROWSER_FORMATS.get(container, (set(), set()))
    is_shown = video_codec != "h264" or pixel_format in EIGHT_BIT_420
    return video_codec in video_codecs and audio_codec in audio_codecs and is_shown
