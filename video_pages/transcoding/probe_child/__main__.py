"""Opens one upload with PyAV and prints what it found as JSON. Runs only as a sandboxed child of `probe`.

This directory is started by its path (`python -I probe_child`), with nothing of the site to import.

Arguments: the absolute path, then a JSON order with `options` (libavformat's), `max_pixels`, `max_streams`,
`max_duration_seconds`, `max_frame_rate` and `seconds`, the time for all of it. Output: `{"facts": {...}}` or
`{"refused": code, "detail": text}`. Frames and packets are believed; headers only say where to look for them.
"""

import json
import sys

import av
import boxes
import choice
import description
import rates
import reading
from av.error import FFmpegError
from refusals import Refused

PLAYLIST_MARKS = (b"ffconcat", b"#EXTM3U", b"[playlist]", b"v=0", b"file ", b"RIFFLIST", b"<MPD", b"<smil", b"<asx")
MARGIN_SECONDS = 1
"""How long before the parent ends this child it gives up by itself: so it can say why."""
COUNT_TOLERANCE = 1.02
"""Time stamps in whole milliseconds let a film of 240 pictures a second count a few more."""


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
    budget = reading.Budget(order["seconds"] - MARGIN_SECONDS)
    index = film_index(path, order)
    with opened(path, order) as container:
        video = container.streams[index]
        check_size(video.codec_context, order)
        video.codec_context.options = {"max_pixels": str(order["max_pixels"])}
        sounds = [stream for stream in container.streams.audio if description.is_known(stream)]
        beginning = reading.read_beginning(
            container, video, most_pictures=2 * order["max_frame_rate"] + 60, budget=budget
        )
        frame = beginning.frame
        check_size(frame, order)
        windows = [[float(moment) for moment in beginning.moments]]
        if rates.counted(windows) > order["max_frame_rate"] * COUNT_TOLERANCE:
            raise Refused("too-many-frames", rates.counted(windows))
        sizes = {(frame.width, frame.height)}
        end = reading.read_end(lambda: opened(path, order), container, video, sounds[:1], sizes, budget=budget)
        begins = description.beginning(container, video, sounds, beginning.moments[0])
        duration = end.last - begins
        if not 0 < duration:
            raise Refused("damaged", "no duration")
        if duration > order["max_duration_seconds"]:
            raise Refused("too-long", duration)
        windows += reading.listed_windows(container, video)
        audio = sounds[0] if sounds else None
        found = description.describe(path, container, video, audio, frame, begins=begins, duration=duration)
        found["frame_rate"] = rates.typical(
            windows, stated=stated_rate(video, order), is_interlaced=found["is_interlaced"]
        )
        found["starts_at_seconds"] = float(beginning.moments[0] - begins)
        found["pictures_end_at_seconds"] = float(end.picture - begins)
        found["has_hidden_frames"] = beginning.hides_frames or reading.hides_frames(video)
        found["has_one_size"] = len(sizes) == 1
        return found


def opened(path, order):
    """Return the open container of the file at `path`; raise Refused."""
    try:
        return av.open(f"file:{path}", options=order["options"], metadata_errors="replace")
    except FFmpegError as error:
        raise Refused(guess_why(path), error) from None


def film_index(path, order):
    """Return which stream of the file at `path` is the film, by its index; raise Refused."""
    with opened(path, order) as container:
        if not set(container.format.name.split(",")) & set(order["options"]["format_whitelist"].split(",")):
            raise Refused("not-a-video", container.format.name)
        if len(container.streams) > order["max_streams"]:
            raise Refused("too-many-streams", len(container.streams))
        if reading.has_index(container):
            with open(path, "rb") as file:
                if boxes.has_track_without_time(file):
                    raise Refused("damaged", "a time scale of zero")
        streams = choice.candidates(container)
        return streams[0].index if len(streams) == 1 else choice.choose_video_stream(container, streams)


def stated_rate(video, order):
    """The rate that the file states, if it is one that can be."""
    rate = video.average_rate
    return float(rate) if rate and 0 < rate <= order["max_frame_rate"] else None


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


if __name__ == "__main__":
    main()
