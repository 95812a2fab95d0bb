"""Reads the beginning and the end of a film: frames that decode, and the moments of what is shown.

Edit lists hide pictures: packets that are marked to be discarded are decoded where a frame is needed, and count for
nothing else.
"""

import time
from dataclasses import dataclass, field

import av
from av.error import FFmpegError
from refusals import Refused

PACKETS_UNTIL_A_FRAME = 600  # ten seconds of a fast film: a stream that starts between two key frames
SAMPLE_SECONDS, SAMPLE_BYTES = 30, 64 * 1024**2
"""How much of the beginning is read to count pictures."""
INDEX_WINDOWS, WINDOW_LENGTH = 8, 100
"""Where the index has the times of all pictures, how many places of it are looked at, and how many entries there."""
MISSING_SECONDS = 0.25
"""How much of what an index lists may be missing at the end before the file counts as incomplete."""
SHORTEST_STATED_SECONDS, UNSTATED_SECONDS = 0.001, 0.04
"""Some recorders state no length of a picture, and demuxers guess a millisecond: the last one is shown for longer."""
LONGEST_AUDIO_SECONDS = 10
"""The last packet of an Ogg file can have a negative length, read as thousands of seconds."""


class Budget:
    """The time that the whole inspection may take, in seconds; the parent ends what does not look at it."""

    def __init__(self, seconds):
        self._began = time.monotonic()
        self._seconds = seconds

    def check(self):
        """Raise Refused if the time is over: by the file's fault if most of it was spent computing."""
        spent = time.monotonic() - self._began
        if spent > self._seconds:
            raise Refused("too-much-work" if time.process_time() > spent / 2 else "too-slow")


@dataclass
class Beginning:
    """The first decoded `frame`; the moments of the first shown pictures (seconds, ascending)."""

    frame: object = None
    moments: list = field(default_factory=list)
    hides_frames: bool = False


@dataclass
class End:
    """When the last picture and the last sound end, in seconds of the file's own clock; None if not seen."""

    picture: object = None
    sound: object = None

    @property
    def last(self):
        return max(moment for moment in (self.picture, self.sound) if moment is not None)


def read_beginning(container, video, *, most_pictures, budget):
    """Decode one frame near the start and note the moments of up to `most_pictures` shown pictures. Raises Refused."""
    found, read = Beginning(), 0
    for count, packet in enumerate(packets(container, budget, video)):
        if found.frame is None:
            found.frame = next(iter(decoded(packet)), None)
            if found.frame is None and count > PACKETS_UNTIL_A_FRAME:
                break
        moment = moment_of(packet)
        if packet.is_discard:
            found.hides_frames = True
            continue
        if moment is None:
            continue
        found.moments.append(moment)
        read += packet.size
        is_enough = moment - found.moments[0] > SAMPLE_SECONDS or read > SAMPLE_BYTES
        if found.frame is not None and (is_enough or len(found.moments) >= most_pictures):
            break
    if found.frame is None or not found.moments:
        raise Refused("damaged", "no frame near the start")
    found.moments.sort()
    return found


def read_end(reopened, container, video, sounds, sizes, *, budget):
    """Return the End of the film: of the last shown picture and of the streams `sounds`; a frame near it must decode.

    A header that promises more or less than there is changes only where the search begins: a leap behind the last key
    frame lands on it. Containers without an index may not find a key frame in one leap, so these are read from further
    back, at last from their beginning in the container that `reopened()` gives. The sizes of the pictures that were
    decoded are added to the set `sizes`. Raises Refused.
    """
    promised = last_listed(video) if has_index(container) else None
    targets = [header_seconds(container, video) if promised is None else promised]
    if not has_index(container):
        targets += [targets[0] - 10, targets[0] - 60]
    for target in targets:
        end = _read_from(container, video, sounds, target, sizes, budget)
        if end is not None:
            return end
    if not has_index(container):
        with reopened() as again:
            streams = again.streams
            end = _read_from(
                again, streams[video.index], [streams[sound.index] for sound in sounds], None, sizes, budget
            )
    if end is None:
        raise Refused("damaged", "no frame near the end")
    return end


def _read_from(container, video, sounds, target, sizes, budget):
    """Read from `target` (seconds; None: where the container stands) to the end; None if that gave no shown frame."""
    if target is not None:
        try:
            container.seek(max(0, int(target / video.time_base)), stream=video, backward=True)
        except FFmpegError:
            return None
    end, last, is_seen = End(), None, False
    for packet in packets(container, budget, video, *sounds):
        is_picture = packet.stream_index == video.index
        if is_picture and not is_seen:
            frames = decoded(packet)
            is_seen = bool(frames)
            sizes.update((frame.width, frame.height) for frame in frames)
        if is_picture and packet.dts is not None:
            last = packet.dts
        moment = moment_of(packet)
        if moment is None or packet.is_corrupt or packet.is_discard:
            continue
        moment += packet_seconds(packet, is_picture)
        if is_picture:
            end.picture = moment if end.picture is None else max(end.picture, moment)
        else:
            end.sound = moment if end.sound is None else max(end.sound, moment)
    if has_index(container) and last is not None and len(video.index_entries):
        if (video.index_entries[-1].timestamp - last) * video.time_base > MISSING_SECONDS:
            raise Refused("damaged", "it ends before its index does")
    return end if is_seen and end.picture is not None else None


def listed_windows(container, video):
    """Return windows of moments of pictures, from places all over the film, as far as its index lists them all."""
    if not has_index(container):
        return []
    entries, windows = video.index_entries, []
    count = len(entries)
    for number in range(INDEX_WINDOWS):
        first = max(0, count - WINDOW_LENGTH) * number // INDEX_WINDOWS
        listed = [entries[place] for place in range(first, min(count, first + WINDOW_LENGTH))]
        windows.append([float(entry.timestamp * video.time_base) for entry in listed if not entry.is_discard])
    return [sorted(window) for window in windows if len(window) > 1]


def last_listed(video):
    """Return the moment (seconds) of the last picture that the index lists as shown; None if it lists none."""
    entries = video.index_entries
    for place in range(len(entries) - 1, -1, -1):
        if not entries[place].is_discard:
            return entries[place].timestamp * video.time_base
    return None


def hides_frames(video):
    """True if the index lists pictures that are not shown."""
    return any(entry.is_discard for entry in video.index_entries)


def moment_of(packet):
    """When `packet` is shown or heard, in seconds; where only its place in the file has a time, that."""
    stamp = packet.dts if packet.pts is None else packet.pts
    return None if stamp is None else stamp * packet.time_base


def packet_seconds(packet, is_picture):
    """How long `packet` is shown or heard. A still may stand for long; sound never comes in long packets."""
    seconds = (packet.duration or 0) * packet.time_base
    if is_picture:
        return seconds if seconds > SHORTEST_STATED_SECONDS else UNSTATED_SECONDS
    return seconds if seconds < LONGEST_AUDIO_SECONDS else 0


def has_index(container):
    """True for the container whose index names every frame: one that can't be read is a damaged file."""
    return container.format.name.startswith("mov,")


def header_seconds(container, video):
    """What the header says of the length, in seconds; only a place to look."""
    if video.duration is not None:
        return video.duration * video.time_base
    return (container.duration or 0) / av.time_base


def packets(container, budget, *streams):
    """The packets of `streams` up to the end, or up to what can't be read any more. Raises Refused if time is over."""
    try:
        for packet in container.demux(*streams):
            budget.check()
            yield packet
    except FFmpegError:
        return


def decoded(packet):
    """The frames that `packet` gives; none if it is damaged. A hidden one is decoded as if it were shown."""
    try:
        if packet.is_discard:
            return packet.stream.codec_context.decode(av.Packet(bytes(packet)))
        return packet.decode()
    except FFmpegError:
        return []
