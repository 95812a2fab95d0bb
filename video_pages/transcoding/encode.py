"""From a source to HLS renditions: the video of the source copied, and a ladder encoded in one run of ffmpeg.

Frames are decoded once and scaled down from rung to rung; audio is copied from the files of `audio_tracks`. ffmpeg's
tee muxer passes the packets to one HLS muxer for each rendition, which writes one fragmented MP4 and a playlist.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from video_pages.library import paths
from video_pages.library.packages import MadeRendition
from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import encoders, ffmpeg, filters, hls, mp4, plan
from video_pages.transcoding.audio_choices import AudioChoice
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.sandbox import OnTick
from video_pages.transcoding.workspace import Workspace

MARGIN_SECONDS = 600
SLOWEST = 120
"""Wall-clock seconds for a second of video: a large one on one old core."""
MAX_PLAYLIST_BYTES = 16 * 1024 * 1024
ANY_KEY_FRAME_SECONDS = 0.5
"""Less than the distance of any two key frames that `encoders` asks for."""
LONGEST_COPIED_SEGMENT_SECONDS = 12
"""A viewer can't join a copy between key frames that are further apart, so such a copy is not listed."""
STREAMS_ONLY = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096")
"""Subtitles, data, metadata and chapters of the source are left out of what visitors get."""
COPIED_VIDEO = ("-c:v", "copy", "-bsf:v", "filter_units=remove_types=6|24-31")
"""H.264 unchanged, but without units that are not video: cameras write places, devices and captions into SEI messages
and into NAL units of unspecified types (ITU-T H.264, 7.4.1)."""


class NothingMade(ffmpeg.FfmpegFailed):
    """ffmpeg exited with 0 and wrote no video."""


@dataclass(frozen=True)
class Output:
    """One rendition to be written: `streams` are ffmpeg's specifiers of the encoded streams that it contains.

    `columns` are further fields of its MadeRendition. A segment ends at the first key frame after `segment_seconds`.
    """

    name: str
    kind: str
    streams: tuple[str, ...]
    columns: dict[str, Any] = field(default_factory=dict)
    segment_seconds: float = plan.SEGMENT_SECONDS


def copy_source(
    space: Workspace, facts: Facts, audio: Sequence[AudioChoice], *, on_tick: OnTick = None
) -> list[MadeRendition]:
    """Repackage `space.source` without encoding its video; return the MadeRenditions, [] if it can't be listed."""
    arguments = inputs(space, audio)
    arguments += ["-map", f"0:{facts.video_stream}", *audio_arguments(audio), *COPIED_VIDEO]
    columns = {"width": facts.width, "height": facts.height, "frame_rate": facts.frame_rate, "is_copy": True}
    outputs = _outputs([("source", columns)], audio)
    _run(space, arguments, outputs, facts, on_tick=on_tick)
    made = collect(space, outputs)
    video = hls.playlist_of(next(rendition for rendition in made if rendition.kind == "video"))
    # The muxer adds up the stated durations of packets, which some containers make up.
    is_misjudged = abs(video.seconds - facts.ends_at_seconds) > plan.TAIL_SECONDS
    return [] if is_misjudged or video.longest_seconds > LONGEST_COPIED_SEGMENT_SECONDS else made


def encode_ladder(
    space: Workspace,
    facts: Facts,
    rungs: Sequence[plan.Rung],
    audio: Sequence[AudioChoice],
    *,
    only: Sequence[int] | None = None,
    lists_audio: bool = True,
    on_tick: OnTick = None,
    on_share: Callable[[float], None] | None = None,
) -> list[MadeRendition]:
    """Encode `space.source` into all `rungs`, of one codec, in one run; return the MadeRenditions.

    With `only`, those of the rungs are encoded, from the same frames as in a run of all. Several choices of `audio`
    are renditions of their own unless `lists_audio` is false. `on_share(share)` is called with the share of the video
    (0 to 1) that is done. Raises ffmpeg.FfmpegFailed.
    """
    until = facts.ends_at_seconds if audio else None
    wanted = range(len(rungs)) if only is None else only
    mapped = audio if lists_audio or len(audio) == 1 else ()
    arguments = inputs(space, mapped)
    arguments += ["-filter_complex_threads", str(ffmpeg.THREADS)]
    arguments += ["-filter_complex", _graph(facts, rungs, wanted, until_seconds=until)]
    for number in wanted:
        arguments += ["-map", f"[v{number}]"]
    encoded = [rungs[number] for number in wanted]
    arguments += [*audio_arguments(mapped), *encoders.arguments(encoded)]
    videos = [
        (rung.name, {"width": rung.width, "height": rung.height, "frame_rate": float(rung.frame_rate)})
        for rung in encoded
    ]
    outputs = _outputs(videos, mapped, ends_at_each_key_frame=encoders.has_short_beginning(encoded))
    on_seconds = None
    if on_share is not None:
        report = on_share

        def on_seconds(seconds: float) -> None:
            report(min(1.0, seconds / facts.duration_seconds))

    _run(space, arguments, outputs, facts, on_tick=on_tick, on_seconds=on_seconds)
    return collect(space, outputs)


def wall_seconds(facts: Facts) -> float:
    """Return the time limit of a run over the whole video, by the wall clock."""
    limit: float = settings.SANDBOX_WALL_SECONDS
    return min(limit, MARGIN_SECONDS + SLOWEST * facts.duration_seconds)


def collect(space: Workspace, outputs: Sequence[Output]) -> list[MadeRendition]:
    """Return the MadeRenditions of `outputs` from the files in `space.out`. Raises NothingMade."""
    made = []
    for output in outputs:
        media = space.out / paths.media_of(output.name)
        try:
            with open_result(media) as file:
                header = file.read(mp4.MAX_HEADER_BYTES)
                size = file.seek(0, 2)
            with open_result(space.out / paths.playlist_of(output.name)) as file:
                playlist = hls.read(file.read(MAX_PLAYLIST_BYTES).decode("ascii", "replace"), size_bytes=size)
        except (FileNotFoundError, NotRegularFile, hls.BadPlaylist) as error:
            raise NothingMade(f"{output.name}: {error}") from error
        codecs = ",".join(mp4.codecs(header[: playlist.header_length]))
        made.append(MadeRendition(output.name, output.kind, media, codecs=codecs, playlist=playlist, **output.columns))
    return made


def _graph(
    facts: Facts, rungs: Sequence[plan.Rung], wanted: Sequence[int], *, until_seconds: float | None = None
) -> str:
    """Return the filter graph of the `wanted` rungs: the largest is scaled from the source, each from the one above.

    The last frame is held until `until_seconds`, if given: a video whose audio continues ends with its audio.
    """
    steps, first = [], rungs[0]
    chain = f"[0:{facts.video_stream}]" + filters.video_filter(
        facts, width=first.width, height=first.height, frame_rate=first.frame_rate
    )
    if until_seconds is not None:
        chain += f",{filters.hold_last_frame(until_seconds)}"
    for number, smaller in enumerate(rungs[1 : wanted[-1] + 1]):
        if number in wanted:
            steps.append(f"{chain},split=2[v{number}][w{number}]")
            chain = f"[w{number}]" + filters.scale_down(smaller.width, smaller.height)
        else:
            chain += "," + filters.scale_down(smaller.width, smaller.height)
    return ";".join([*steps, f"{chain}[v{wanted[-1]}]"])


def inputs(space: Workspace, audio: Sequence[AudioChoice]) -> list[str]:
    """Return the arguments that open the source as input 0, and the files of `audio` as the inputs after it."""
    arguments = ffmpeg.input_arguments(space.source)
    for choice in audio:
        if choice.file is not None:
            arguments += made_input(choice.file)
    return arguments


def made_input(path: Path) -> list[str]:
    """Return the arguments that open the MP4 at `path`, which lies in `space.out`, and no other file."""
    return ["-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{path}"]


def audio_arguments(audio: Sequence[AudioChoice]) -> list[str]:
    """Return the arguments that map `audio`, opened by `inputs`, and leave every other stream of the source out."""
    arguments, opened = [], 0
    for choice in audio:
        opened += choice.file is not None
        arguments += ["-map", f"0:{choice.tracks[0].stream}" if choice.file is None else f"{opened}:a:0"]
    return [*arguments, *STREAMS_ONLY, "-c:a", "copy"]


def _outputs(
    videos: Sequence[tuple[str, dict[str, Any]]], audio: Sequence[AudioChoice], *, ends_at_each_key_frame: bool = False
) -> list[Output]:
    """Return the Outputs for (name, columns) of `videos`: a single audio choice in each, or several beside them."""
    inside = ("a:0",) if len(audio) == 1 else ()
    seconds = ANY_KEY_FRAME_SECONDS if ends_at_each_key_frame else plan.SEGMENT_SECONDS
    outputs = [
        Output(name, "video", (f"v:{number}", *inside), columns, seconds)
        for number, (name, columns) in enumerate(videos)
    ]
    if len(audio) > 1:
        for number, choice in enumerate(audio):
            columns = {"language": choice.language, "label": choice.label, "is_default": choice.is_default}
            outputs.append(Output(f"audio-{number + 1}", "audio", (f"a:{number}",), columns))
    return outputs


def _run(
    space: Workspace,
    arguments: Sequence[str],
    outputs: Sequence[Output],
    facts: Facts,
    *,
    on_tick: OnTick,
    on_seconds: Callable[[float], None] | None = None,
) -> None:
    ffmpeg.run(
        [*arguments, "-f", "tee", "|".join(map(_branch, outputs))],
        space=space,
        wall_seconds=wall_seconds(facts),
        cpu_seconds=round(wall_seconds(facts)) * (os.cpu_count() or 1),
        memory_bytes=settings.LADDER_MEMORY_BYTES,
        on_tick=on_tick,
        on_seconds=on_seconds,
    )


def _branch(output: Output) -> str:
    """Return one branch of the tee. Names are ours and relative to the working directory, so none needs escaping."""
    media, playlist = paths.media_of(output.name), paths.playlist_of(output.name)
    streams = ",".join(output.streams)
    return (
        f"[f=hls:select=\\'{streams}\\':hls_time={output.segment_seconds}:hls_playlist_type=vod:hls_segment_type=fmp4"
        f":hls_flags=single_file:hls_segment_filename={media}]{playlist}"
    )


def progressive(space: Workspace, video: Path, *, audio: Path | None = None, on_tick: OnTick = None) -> Path:
    """Write one MP4 with its index in front from `video`, a rendition in `space.out`; return its path.

    `audio` is the file with the audio, if `video` contains none.
    """
    target = space.out / paths.PROGRESSIVE
    parts = [part for part in (video, audio) if part is not None]
    arguments = [argument for part in parts for argument in made_input(part)]
    arguments += ["-map", "0:v:0", "-map", f"{len(parts) - 1}:a:0?", *STREAMS_ONLY, "-c", "copy"]
    arguments += ["-movflags", "+faststart", "-f", "mp4", f"file:{target}"]
    ffmpeg.run(arguments, space=space, on_tick=on_tick)
    return target
