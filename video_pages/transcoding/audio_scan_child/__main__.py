"""Read all audio of one upload with PyAV and print its facts as JSON. Runs only as a sandboxed child.

This directory is started by its path (`python -I audio_scan_child`); no module of the site can be imported.

Arguments: the absolute path, then a JSON order with `options` (libavformat's) and `streams` (numbers of tracks).
Output: a line `ready`, then
`{"<stream>": {"length_seconds": …, "longest_gap_seconds": …, "is_readable": …, "is_silent": …}, …}`.
"""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard

AUDIBLE_PEAK = 0.001  # -60 dBFS: the noise of an input that nothing is plugged into is below it
# Sample format without its "p" for planar -> (code of `memoryview.cast`, the value of silence, full scale).
SAMPLES: dict[str, tuple[str, float, float]] = {
    "u8": ("B", 128, 128),
    "s16": ("h", 0, 2**15),
    "s32": ("i", 0, 2**31),
    "s64": ("q", 0, 2**63),
    "flt": ("f", 0.0, 1.0),
    "dbl": ("d", 0.0, 1.0),
}


def main() -> None:
    print("ready", flush=True)  # noqa: T201  every module is loaded: what happens now may be of the file
    path, order = sys.argv[1], json.loads(sys.argv[2])
    with av.open(f"file:{path}", options=order["options"], metadata_errors="replace") as container:
        print(json.dumps(scan(container, set(order["streams"]))))  # noqa: T201  the answer to the parent process


def scan(container: InputContainer, wanted: set[int]) -> dict[str, dict[str, Any]]:
    """Return the facts of the tracks whose numbers are in `wanted`, after reading the file to its end."""
    streams = [stream for stream in container.streams.audio if stream.index in wanted]
    for stream in container.streams:
        if stream not in streams:
            stream.discard = Discard.all
    tracks = {stream.index: Track(stream) for stream in streams}
    for packet in packets(container, *streams):
        tracks[packet.stream.index].read(packet)  # of the last, empty packets `stream_index` is 0
    return {str(number): track.as_dict() for number, track in tracks.items()}


class Track:
    """The facts of one track from its packets so far. It is decoded only until it is audible."""

    def __init__(self, stream: AudioStream) -> None:
        codec = stream.codec_context
        # In an MP4, the stated duration of the packet before a gap lasts until the next packet.
        self.longest = Fraction(codec.frame_size, codec.sample_rate) if codec.frame_size and codec.sample_rate else None
        self.begins = Fraction(stream.start_time or 0) * (stream.time_base or 1)  # every input stream has one
        self.end: Fraction | None = None
        self.longest_gap = self.hidden = Fraction(0)
        self.is_readable = False
        self.is_audible = False

    def read(self, packet: Packet) -> None:
        """Take in the next packet of the track."""
        length = (packet.duration or 0) * packet.time_base
        if packet.is_discard:  # by an edit list
            self.hidden += length
        elif packet.pts is not None and packet.size:
            start = packet.pts * packet.time_base
            if self.end is not None:
                self.longest_gap = max(self.longest_gap, abs(start - self.end))
            self.end = start + (min(length, self.longest) if self.longest is not None else length)
        if not self.is_audible:
            for frame in decoded(packet):
                self.is_readable = True
                self.is_audible = self.is_audible or is_audible(frame)

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as values for JSON."""
        return {
            "length_seconds": None if self.end is None else float(self.end - self.begins),
            "longest_gap_seconds": float(max(self.longest_gap, self.hidden)),
            "is_readable": self.is_readable,
            "is_silent": self.is_readable and not self.is_audible,
        }


def is_audible(frame: AudioFrame) -> bool:
    """Return True if a sample of `frame` is louder than AUDIBLE_PEAK, or if its format is unknown here."""
    name = frame.format.name
    if name.removesuffix("p") not in SAMPLES:
        return True
    code, silence, full_scale = SAMPLES[name.removesuffix("p")]
    count = frame.samples * (1 if frame.format.is_planar else frame.layout.nb_channels)
    for plane in frame.planes:
        content: Any = memoryview(plane)[: count * frame.format.bytes]  # a plane's buffer is longer
        samples = content.cast(code)
        if max(max(samples) - silence, silence - min(samples)) > AUDIBLE_PEAK * full_scale:
            return True
    return False


def packets(container: InputContainer, *streams: AudioStream) -> Iterator[Packet]:
    """Yield the packets of `streams` up to the end, or up to a read error."""
    try:
        yield from container.demux(*streams)
    except FFmpegError:
        return


def decoded(packet: Packet) -> list[AudioFrame]:
    """Return the frames of `packet`; none if it is damaged."""
    try:
        frames: list[Any] = packet.decode()
    except FFmpegError:
        return []
    return frames


if __name__ == "__main__":
    main()
