"""Choose the video stream of a file: covers, thumbnails and slides may stand beside it, and before it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

if TYPE_CHECKING:  # the name by which the type checker finds this module
    from video_pages.transcoding.probe_child.refusals import ProbeRefused
else:
    from refusals import ProbeRefused

NOT_MAIN = Disposition.attached_pic | Disposition.timed_thumbnails
STILL_CODECS = {"mjpeg", "png", "bmp", "gif", "webp", "tiff", "jpeg2000", "jpegls"}
"""Codecs of covers. Some old cameras store video in one of them: then the file has no other stream."""
COMPARED_PACKETS, COMPARED_BYTES = 400, 64 * 1024**2


def candidates(container: InputContainer) -> list[VideoStream]:
    """Return the video streams that may be the main one. Raises ProbeRefused if none can be decoded."""
    videos = [stream for stream in container.streams.video if not stream.disposition & NOT_MAIN]
    if not videos:
        raise ProbeRefused("no-video")
    # The second view of stereoscopic video needs the first.
    independent = [stream for stream in videos if not stream.disposition & Disposition.dependent] or videos
    decodable = [stream for stream in independent if stream.codec_context is not None]
    if not decodable:
        raise ProbeRefused("unknown-codec")
    return decodable


def choose_video_stream(container: InputContainer, streams: Sequence[VideoStream]) -> int:
    """Return the index of the main stream among `streams` of the open `container`, and read its beginning for that.

    The main stream has more than one frame and no codec of still images; among several it is the default, or the first.
    """
    counts = dict.fromkeys((stream.index for stream in streams), 0)
    read = 0
    try:
        for number, packet in enumerate(container.demux(*streams)):
            counts[packet.stream_index] += bool(packet.size)
            read += packet.size
            if number >= COMPARED_PACKETS or read >= COMPARED_BYTES:
                break
    except FFmpegError:
        pass  # the counts so far are enough to choose

    def rank(stream: VideoStream) -> tuple[bool, bool, bool, int]:
        is_still = stream.codec_context.name in STILL_CODECS
        is_default = bool(stream.disposition & Disposition.default)
        return counts[stream.index] > 1, not is_still, is_default, -stream.index

    return max(streams, key=rank).index
