"""Which of a file's pictures are the film: covers, thumbnails and slides may stand beside it, and before it."""

from av.error import FFmpegError
from av.stream import Disposition
from refusals import Refused

BESIDE_THE_FILM = Disposition.attached_pic | Disposition.timed_thumbnails
STILL_CODECS = {"mjpeg", "png", "bmp", "gif", "webp", "tiff", "jpeg2000", "jpegls"}
"""What covers are stored in. Some old cameras store films so: then nothing else is there."""
COMPARED_PACKETS, COMPARED_BYTES = 400, 64 * 1024**2


def candidates(container):
    """Return the streams of pictures that may be the film. Raises Refused if there is none that can be decoded."""
    pictures = [stream for stream in container.streams.video if not stream.disposition & BESIDE_THE_FILM]
    if not pictures:
        raise Refused("no-video")
    # The second view of a film in depth needs the first.
    alone = [stream for stream in pictures if not stream.disposition & Disposition.dependent] or pictures
    known = [stream for stream in alone if stream.codec_context is not None]
    if not known:
        raise Refused("unknown-codec")
    return known


def choose_video_stream(container, streams):
    """Return the index of the film among `streams` of the open `container`, of which the beginning is read.

    It moves; it is not stored as still pictures are; it is the one that the file names as default, or the first.
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
        pass  # what was counted until here is enough to choose

    def likeness(stream):
        is_still = stream.codec_context.name in STILL_CODECS
        is_default = bool(stream.disposition & Disposition.default)
        return counts[stream.index] > 1, not is_still, is_default, -stream.index

    return max(streams, key=likeness).index
