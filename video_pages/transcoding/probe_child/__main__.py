"""Opens one upload with PyAV and prints what it found as JSON. Runs only as a sandboxed child of `probe`.

This directory is started by its path (`python -I probe_child`), with nothing of the site to import.

Arguments: the absolute path, then a JSON order with `options` (libavformat's), `max_pixels`, `max_streams`,
`max_duration_seconds` and `max_frame_rate`. Output: `{"facts": {...}}` or `{"refused": code, "detail": text}`. Frames
and packets are believed; headers only say where to look for them.
"""

import json
import sys
from fractions import Fraction

import av
import description
from av.error import FFmpegError

MISSING_SECONDS = 0.25
"""How much of what an index lists may be missing at the end before the file counts as incomplete."""
LONGEST_SOUND_SECONDS = 10
"""The last packet of an Ogg file can have a negative length, read as thousands of seconds."""
ATTACHED_PICTURE = 0x400  # AV_DISPOSITION_ATTACHED_PIC
PACKETS_UNTIL_A_FRAME = 600  # ten seconds of a fast film: a stream that starts between two key frames
PLAYLIST_MARKS = (b"ffconcat", b"#EXTM3U", b"[playlist]", b"v=0", b"file ", b"RIFFLIST", b"<MPD", b"<smil", b"<asx")


class Refused(Exception):
    """The file is no video that this site takes; the first argument is the code, the second a detail."""


def main():
    path, order = sys.argv[1], json.loads(sys.argv[2])
    try:
        answer = {"facts": examine(path, order)}
    except Refused as refusal:
        answer = {"refused": refusal.args[0], "detail": str(refusal.args[1])}
    except MemoryError:
        answer = {"refused": "too-demanding", "detail": ""}
    print(json.dumps(answer))  # noqa: T201  the answer to the parent process


def examine(path, order):
    """Return the facts of the file at `path`; raise Refused."""
    try:
        container = av.open(f"file:{path}", options=order["options"], metadata_errors="replace")
    except FFmpegError as error:
        raise Refused(guess_why(path), error) from None
    with container:
        if not set(container.format.name.split(",")) & set(order["options"]["format_whitelist"].split(",")):
            raise Refused("not-a-video", container.format.name)
        if len(container.streams) > order["max_streams"]:
            raise Refused("too-many-streams", len(container.streams))
        video = next((s for s in container.streams.video if not s.disposition & ATTACHED_PICTURE), None)
        if video is None:
            raise Refused("no-video", "")
        if video.codec_context is None:
            raise Refused("unknown-codec", "")
        check_size(video.codec_context, order)
        video.codec_context.options = {"max_pixels": str(order["max_pixels"])}
        audio = next((s for s in container.streams.audio if s.codec_context is not None), None)
        frame, start = first_frame(container, video)
        check_size(frame, order)
        sizes = {(frame.width, frame.height)}
        duration = last_moment(container, video, audio, sizes) - start
        if not 0 < duration:
            raise Refused("damaged", "no duration")
        if duration > order["max_duration_seconds"]:
            raise Refused("too-long", duration)
        found = description.describe(path, container, video, audio, frame, start=start, duration=duration)
        found["has_one_size"] = len(sizes) == 1
        if found["frame_rate"] and found["frame_rate"] > order["max_frame_rate"]:
            raise Refused("too-many-frames", found["frame_rate"])
        return found


def guess_why(path):
    """The code for a file that would not open: text that lists other files gets a reason of its own."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"\0" not in head and any(mark in text for mark in PLAYLIST_MARKS):
        return "playlist"
    return "damaged" if b"ftyp" in head[:12] or head.startswith(b"\x1a\x45\xdf\xa3") else "not-a-video"


def check_size(picture, order):
    """Refuse a picture (a codec context or a frame) with more pixels than allowed, or with none."""
    if picture.width * picture.height > order["max_pixels"]:
        raise Refused("too-many-pixels", f"{picture.width}x{picture.height}")


def first_frame(container, video):
    """Decode one frame near the start; return it and the stream's first moment (seconds, a fraction)."""
    start = None
    for count, packet in enumerate(packets(container, video)):
        if packet.pts is not None:
            moment = packet.pts * packet.time_base
            start = moment if start is None else min(start, moment)
        frames = decoded(packet)
        if frames:
            return frames[0], start or Fraction(0)
        if count > PACKETS_UNTIL_A_FRAME:
            break
    raise Refused("damaged", "no frame near the start")


def last_moment(container, video, audio, sizes):
    """The end of the last packet of picture or sound in seconds; a frame near the end must decode.

    A header that promises more or less than there is changes only where the search begins: a leap behind the
    last key frame lands on it. Containers without an
    index may not find a key frame in one leap, so these are read from further back. The sizes of the pictures that
    were decoded are added to the set `sizes`.
    """
    promised = header_seconds(container, video)
    targets = [promised]
    if not has_index(container):
        targets += [promised - 10, promised - 60, 0]
    for target in targets:
        end = read_tail(container, video, audio, target, sizes)
        if end is not None:
            return end
    raise Refused("damaged", "no frame near the end")


def read_tail(container, video, audio, target, sizes):
    """Seek to `target` seconds and read to the end; None if that gave no frame. Sizes of pictures go into `sizes`."""
    try:
        container.seek(max(0, int(target / video.time_base)), stream=video, backward=True)
    except FFmpegError:
        return None
    end, last, seen = None, None, False
    wanted = (video, audio) if audio is not None else (video,)
    for packet in packets(container, *wanted):
        if packet.stream_index == video.index and not seen:
            frames = decoded(packet)
            seen = bool(frames)
            sizes.update((frame.width, frame.height) for frame in frames)
        if packet.pts is None or packet.is_corrupt:
            continue
        moment = packet.pts * packet.time_base + packet_seconds(packet, video)
        end = moment if end is None else max(end, moment)
        if packet.stream_index == video.index and packet.dts is not None:
            last = packet.dts
    if has_index(container) and last is not None and len(video.index_entries):
        listed = video.index_entries[-1].timestamp
        if (listed - last) * video.time_base > MISSING_SECONDS:
            raise Refused("damaged", "it ends before its index does")
    return end if seen else None


def packet_seconds(packet, video):
    """How long `packet` is shown or heard. A still may stand for long; sound never comes in long packets."""
    seconds = (packet.duration or 0) * packet.time_base
    return seconds if packet.stream_index == video.index or seconds < LONGEST_SOUND_SECONDS else 0


def has_index(container):
    """True for the container whose index names every frame: one that can't be read is a damaged file."""
    return container.format.name.startswith("mov,")


def header_seconds(container, video):
    """What the header says of the length, in seconds; only a place to look."""
    if video.duration is not None:
        return video.duration * video.time_base
    return Fraction(container.duration or 0, av.time_base)


def packets(container, *streams):
    """The packets of `streams` up to the end, or up to what can't be read any more."""
    try:
        yield from container.demux(*streams)
    except FFmpegError:
        return


def decoded(packet):
    """The frames that `packet` gives; none if it is damaged."""
    try:
        return packet.decode()
    except FFmpegError:
        return []


if __name__ == "__main__":
    main()
