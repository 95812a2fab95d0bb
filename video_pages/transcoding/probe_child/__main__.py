"""Open one upload with PyAV and print its facts as JSON. Runs only as a sandboxed child of `probe`.

This directory is started by its path (`python -I probe_child`); no module of the site can be imported.

Arguments: the absolute path, then a JSON order with `options` (libavformat's), `max_pixels`, `max_streams`,
`max_duration_seconds`, `max_frame_rate` and `seconds`, the time limit of the whole. Output: a line `ready`, then
`{"facts": {...}}` or `{"refused": code, "detail": text}`. The exit code SERVER_FAULT says that this system failed, and
not the file. Frames and packets are trusted; headers only say where to look for them.
"""

import errno
import json
import sys
from typing import TYPE_CHECKING, Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

if TYPE_CHECKING:  # the names by which the type checker finds these modules
    from video_pages.transcoding.probe_child import boxes, choice, description, frame_index, rates, reading
    from video_pages.transcoding.probe_child.refusals import ProbeRefused
else:
    import boxes
    import choice
    import description
    import frame_index
    import rates
    import reading
    from refusals import ProbeRefused

PLAYLIST_MARKS = (b"ffconcat", b"#EXTM3U", b"[playlist]", b"v=0", b"file ", b"RIFFLIST", b"<MPD", b"<smil", b"<asx")
SERVER_FAULT = 3
"""As in `pyav_child`."""
MARGIN_SECONDS = 1
"""How long before the parent's limit this child stops by itself, so that it can print the reason."""
COUNT_TOLERANCE = 1.02
"""Time stamps in whole milliseconds let a video of 240 frames per second count a few more."""

Order = dict[str, Any]


def main() -> None:
    print("ready", flush=True)  # noqa: T201  every module is loaded: what happens now may be of the file
    path, order = sys.argv[1], json.loads(sys.argv[2])
    answer: dict[str, Any]
    try:
        answer = {"facts": examine(path, order)}
    except ProbeRefused as refusal:
        answer = {"refused": refusal.args[0], "detail": str(refusal.args[1])}
    except MemoryError:
        answer = {"refused": "too-demanding", "detail": ""}
    except FFmpegError:  # some are an OSError, too, by a code that the file may have chosen
        raise
    except (ImportError, OSError) as error:
        if getattr(error, "errno", None) == errno.EINVAL:  # an offset in the file that no file can have
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201  for the log of the parent
        sys.exit(SERVER_FAULT)
    print(json.dumps(answer))  # noqa: T201  the answer to the parent process


def examine(path: str, order: Order) -> dict[str, Any]:
    """Return the facts of the file at `path`; raise ProbeRefused."""
    budget = reading.Budget(order["seconds"] - MARGIN_SECONDS)
    index = video_index(path, order)
    with opened(path, order) as container:
        streams: Any = container.streams
        video: VideoStream = streams[index]
        check_size(video.codec_context, order)
        video.codec_context.options = {"max_pixels": str(order["max_pixels"])}
        audio = [stream for stream in container.streams.audio if description.is_known(stream)]
        beginning = reading.read_beginning(container, video, max_frames=2 * order["max_frame_rate"] + 60, budget=budget)
        frame = beginning.frame
        check_size(frame, order)
        windows = [[float(moment) for moment in beginning.moments]]
        if rates.counted(windows) > order["max_frame_rate"] * COUNT_TOLERANCE:
            raise ProbeRefused("too-many-frames", rates.counted(windows))
        end = reading.read_end(lambda: opened(path, order), container, video, audio[:1], budget=budget)
        begins = description.beginning(container, video, audio, beginning.moments[0])
        duration = end.last - begins
        if not 0 < duration:
            raise ProbeRefused("damaged", "no duration")
        if duration > order["max_duration_seconds"]:
            raise ProbeRefused("too-long", duration)
        windows += frame_index.listed_windows(container, video)
        first_audio = audio[0] if audio else None
        facts = description.describe(path, container, video, first_audio, frame, begins=begins, duration=duration)
        facts["frame_rate"] = rates.typical(
            windows, stated=stated_rate(video, order), is_interlaced=facts["is_interlaced"]
        )
        facts["starts_at_seconds"] = float(beginning.moments[0] - begins)
        facts["video_end_seconds"] = float(end.video - begins)
        facts["has_hidden_frames"] = beginning.hides_frames or frame_index.hides_frames(video)
        facts["has_one_size"] = end.sizes <= {(frame.width, frame.height)}
        return facts


def opened(path: str, order: Order) -> InputContainer:
    """Return the open container of the file at `path`; raise ProbeRefused."""
    try:
        return av.open(f"file:{path}", options=order["options"], metadata_errors="replace")
    except FFmpegError as error:
        raise ProbeRefused(guess_why(path), error) from None


def video_index(path: str, order: Order) -> int:
    """Return the index of the main video stream of the file at `path`; raise ProbeRefused."""
    with opened(path, order) as container:
        if not set(container.format.name.split(",")) & set(order["options"]["format_whitelist"].split(",")):
            raise ProbeRefused("not-a-video", container.format.name)
        if len(container.streams) > order["max_streams"]:
            raise ProbeRefused("too-many-streams", len(container.streams))
        if frame_index.has_index(container):
            with open(path, "rb") as file:
                if boxes.has_track_without_time(file):
                    raise ProbeRefused("damaged", "a time scale of zero")
        streams = choice.candidates(container)
        return streams[0].index if len(streams) == 1 else choice.choose_video_stream(container, streams)


def stated_rate(video: VideoStream, order: Order) -> float | None:
    """Return the frame rate in the header, if it is a possible one."""
    rate = video.average_rate
    return float(rate) if rate and 0 < rate <= order["max_frame_rate"] else None


def guess_why(path: str) -> str:
    """Return the code for a file that did not open: text that lists other files has a code of its own."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"\0" not in head and any(mark in text for mark in PLAYLIST_MARKS):
        return "playlist"
    return "damaged" if b"ftyp" in head[:12] or head.startswith(b"\x1a\x45\xdf\xa3") else "not-a-video"


def check_size(image: Any, order: Order) -> None:
    """Raise ProbeRefused if `image` (a codec context or a frame) has more pixels than allowed."""
    if image.width * image.height > order["max_pixels"]:
        raise ProbeRefused("too-many-pixels", f"{image.width}x{image.height}")


if __name__ == "__main__":
    main()
