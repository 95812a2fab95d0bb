"""Read the beginning and the end of a video: frames that decode, and the times of shown frames and audio.

Edit lists hide frames: packets that are marked to be discarded are decoded where a frame is needed, and ignored
otherwise.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

if TYPE_CHECKING:  # the names by which the type checker finds these modules
    from video_pages.transcoding.probe_child import frame_index
    from video_pages.transcoding.probe_child.refusals import ProbeRefused
else:
    import frame_index
    from refusals import ProbeRefused

PACKETS_UNTIL_A_FRAME = 600  # ten seconds at a high frame rate: a stream that starts between two key frames
SAMPLE_SECONDS, SAMPLE_BYTES = 30, 64 * 1024**2
"""How much of the beginning is read to count frames."""
MISSING_SECONDS = 0.25
"""How much of what an index lists may be missing at the end before the file counts as incomplete."""
SHORTEST_STATED_SECONDS, UNSTATED_SECONDS = 0.001, 0.04
"""Some recorders state no duration of a frame, and demuxers guess a millisecond: the last one is shown for longer."""
LONGEST_AUDIO_SECONDS = 10
"""The last packet of an Ogg file can have a negative duration, read as thousands of seconds."""

Seconds = Fraction | float


class Budget:
    """The time limit of the whole inspection in seconds; the parent ends a child that exceeds it."""

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._seconds = seconds

    def check(self) -> None:
        """Raise ProbeRefused if the time is over; the code says whether most of it was CPU time."""
        spent = time.monotonic() - self._began
        if spent > self._seconds:
            raise ProbeRefused("too-much-work" if time.process_time() > spent / 2 else "too-slow")


@dataclass
class Beginning:
    """The first decoded `frame`; the times of the first shown frames (seconds, ascending)."""

    frame: VideoFrame
    moments: list[Fraction]
    hides_frames: bool


@dataclass
class End:
    """The ends of the last frame and of the last audio (None if there is none), in seconds of the file's own clock.

    `sizes` are the (width, height) of the frames that were decoded near the end.
    """

    video: Seconds
    audio: Seconds | None
    sizes: set[tuple[int, int]]

    @property
    def last(self) -> Seconds:
        return self.video if self.audio is None else max(self.video, self.audio)


def read_beginning(container: InputContainer, video: VideoStream, *, max_frames: int, budget: Budget) -> Beginning:
    """Decode one frame near the start and note the times of up to `max_frames` shown frames. Raises ProbeRefused."""
    frame: VideoFrame | None = None
    moments: list[Fraction] = []
    hides_frames, read = False, 0
    for count, packet in enumerate(packets(container, budget, video)):
        if frame is None:
            frame = next(iter(decoded(packet)), None)
            if frame is None and count > PACKETS_UNTIL_A_FRAME:
                break
        moment = moment_of(packet)
        if packet.is_discard:
            hides_frames = True
            continue
        if moment is None:
            continue
        moments.append(moment)
        read += packet.size
        is_enough = moment - moments[0] > SAMPLE_SECONDS or read > SAMPLE_BYTES
        if frame is not None and (is_enough or len(moments) >= max_frames):
            break
    if frame is None or not moments:
        raise ProbeRefused("damaged", "no frame near the start")
    return Beginning(frame, sorted(moments), hides_frames)


def read_end(
    reopen: Callable[[], InputContainer],
    container: InputContainer,
    video: VideoStream,
    audio: Sequence[AudioStream],
    *,
    budget: Budget,
) -> End:
    """Return the End of `video` and of the streams `audio`; a frame near the end must decode. Raises ProbeRefused.

    A header with a wrong duration changes only where the search begins: a seek behind the last key frame lands on it.
    Containers without an index may not find a key frame in one seek, so these are read from further back, and at last
    from the beginning of the container that `reopen()` returns.
    """
    listed = frame_index.last_listed(video) if frame_index.has_index(container) else None
    targets = [header_seconds(container, video) if listed is None else listed]
    if not frame_index.has_index(container):
        targets += [targets[0] - 10, targets[0] - 60]
    sizes: set[tuple[int, int]] = set()
    end = None
    for target in targets:
        end = _read_from(container, video, audio, target, sizes, budget)
        if end is not None:
            return end
    if not frame_index.has_index(container):
        with reopen() as again:
            streams: Any = again.streams
            again_video, again_audio = streams[video.index], [streams[stream.index] for stream in audio]
            end = _read_from(again, again_video, again_audio, None, sizes, budget)
    if end is None:
        raise ProbeRefused("damaged", "no frame near the end")
    return end


def _read_from(
    container: InputContainer,
    video: VideoStream,
    audio: Sequence[AudioStream],
    target: Seconds | None,
    sizes: set[tuple[int, int]],
    budget: Budget,
) -> End | None:
    """Read from `target` (seconds; None: no seek) to the end; return None if that gave no shown frame.

    The sizes of the decoded frames are added to `sizes`, which the End refers to.
    """
    if target is not None:
        try:
            container.seek(max(0, int(target / frame_index.time_base(video))), stream=video, backward=True)
        except FFmpegError:
            return None
    video_end: Seconds | None = None
    audio_end: Seconds | None = None
    last, is_decoded = None, False
    for packet in packets(container, budget, video, *audio):
        is_video = packet.stream_index == video.index
        if is_video and not is_decoded:
            frames = decoded(packet)
            is_decoded = bool(frames)
            sizes.update((frame.width, frame.height) for frame in frames)
        if is_video and packet.dts is not None:
            last = packet.dts
        start = moment_of(packet)
        if start is None or packet.is_corrupt or packet.is_discard:
            continue
        moment = start + packet_seconds(packet, is_video)
        if is_video:
            video_end = moment if video_end is None else max(video_end, moment)
        else:
            audio_end = moment if audio_end is None else max(audio_end, moment)
    if frame_index.has_index(container) and last is not None and len(video.index_entries):
        if (video.index_entries[-1].timestamp - last) * frame_index.time_base(video) > MISSING_SECONDS:
            raise ProbeRefused("damaged", "it ends before its index does")
    return End(video_end, audio_end, sizes) if is_decoded and video_end is not None else None


def moment_of(packet: Packet) -> Fraction | None:
    """Return when `packet` is shown or heard, in seconds; its decoding time if it has no other."""
    stamp = packet.dts if packet.pts is None else packet.pts
    return None if stamp is None else stamp * packet.time_base


def packet_seconds(packet: Packet, is_video: bool) -> Seconds:
    """Return how long `packet` is shown or heard. A frame may be shown for long; audio packets are always short."""
    seconds = (packet.duration or 0) * packet.time_base
    if is_video:
        return seconds if seconds > SHORTEST_STATED_SECONDS else UNSTATED_SECONDS
    return seconds if seconds < LONGEST_AUDIO_SECONDS else 0


def header_seconds(container: InputContainer, video: VideoStream) -> Seconds:
    """Return the duration in the header, in seconds; it is only a place to seek to."""
    if video.duration is not None:
        return video.duration * frame_index.time_base(video)
    return (container.duration or 0) / av.time_base


def packets(container: InputContainer, budget: Budget, *streams: Stream) -> Iterator[Packet]:
    """Yield the packets of `streams` up to the end, or up to a read error. Raises ProbeRefused if the time is over."""
    try:
        for packet in container.demux(*streams):
            budget.check()
            yield packet
    except FFmpegError:
        return


def decoded(packet: Packet) -> list[VideoFrame]:
    """Return the frames of `packet`; none if it is damaged. A hidden one is decoded as if it were shown."""
    try:
        if packet.is_discard:
            return packet.stream.codec_context.decode(av.Packet(bytes(packet)))
        return packet.decode()
    except FFmpegError:
        return []
