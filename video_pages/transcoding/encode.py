"""From a source to HLS renditions: the source itself copied, and a ladder encoded in one run of ffmpeg.

Pictures are decoded once and scaled down from rung to rung; sounds are copied from what `audio_tracks` made. ffmpeg's
tee muxer hands the packets to one HLS muxer for each rendition, which writes one fragmented MP4 and a playlist.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from video_pages.library import paths
from video_pages.library.packages import MadeRendition
from video_pages.library.results import NotRegularFile, open_result
from video_pages.transcoding import encoders, ffmpeg, filters, hls, mp4, plan

MARGIN_SECONDS = 600
SLOWEST = 120
"""Seconds by the clock that a second of film may take: a large one on one old core."""
MAX_PLAYLIST_BYTES = 16 * 1024 * 1024
LONGEST_COPIED_SEGMENT_SECONDS = 12
"""A source with fewer key frames than that can't be joined in the middle, so its copy is not listed."""


NOTHING_ELSE = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096")
"""No words, chapters or data of the source reach what visitors get."""
COPIED_VIDEO = ("-c:v", "copy", "-bsf:v", "filter_units=remove_types=6|24-31")
"""H.264 as it is, without what is no picture: cameras write places and devices, and captions, into SEI messages and NAL
units of unspecified types (ITU-T H.264, 7.4.1)."""


class NothingMade(ffmpeg.FfmpegFailed):
    """ffmpeg ended well and wrote no film."""


@dataclass(frozen=True)
class Output:
    """One rendition to be written: `streams` are ffmpeg's specifiers of the encoded ones that it holds."""

    name: str
    kind: str
    streams: tuple[str, ...]
    facts: dict = field(default_factory=dict)


def copy_source(space, facts, sounds, *, on_tick=None):
    """Repackage `space.source` without encoding its pictures; return its MadeRenditions, [] if it can't be listed."""
    arguments = inputs(space, sounds)
    arguments += ["-map", f"0:{facts.video_stream}", *audio_arguments(sounds), *COPIED_VIDEO]
    about = {"width": facts.width, "height": facts.height, "frame_rate": facts.frame_rate, "is_copy": True}
    outputs = _outputs([("source", about)], sounds)
    _run(space, arguments, outputs, facts, on_tick=on_tick)
    made = collect(space, outputs)
    pictures = next(rendition for rendition in made if rendition.kind == "video").playlist
    # The muxer adds up what packets say of their lengths, which some containers make up.
    is_misjudged = abs(pictures.seconds - facts.ends_at_seconds) > plan.TAIL_SECONDS
    return [] if is_misjudged or pictures.longest_seconds > LONGEST_COPIED_SEGMENT_SECONDS else made


def encode_ladder(space, facts, rungs, sounds, *, on_tick=None, on_share=None):
    """Encode `space.source` into every one of `rungs`, of one codec, in one run; return the MadeRenditions.

    `on_share(share)` is told how much of the film (0 to 1) is done. Raises ffmpeg.FfmpegFailed.
    """
    until = facts.ends_at_seconds if sounds else None
    arguments = inputs(space, sounds)
    arguments += ["-filter_complex_threads", str(ffmpeg.THREADS)]
    arguments += ["-filter_complex", _graph(facts, rungs, until_seconds=until)]
    for number in range(len(rungs)):
        arguments += ["-map", f"[v{number}]"]
    arguments += [*audio_arguments(sounds), *encoders.arguments(rungs)]
    about = [
        (rung.name, {"width": rung.width, "height": rung.height, "frame_rate": float(rung.frame_rate)})
        for rung in rungs
    ]
    outputs = _outputs(about, sounds)

    def tell(seconds):
        on_share(min(1.0, seconds / facts.duration_seconds))

    _run(space, arguments, outputs, facts, on_tick=on_tick, on_seconds=tell if on_share else None)
    return collect(space, outputs)


def wall_seconds(facts):
    """Return how long a run over the whole film may take."""
    return min(settings.SANDBOX_WALL_SECONDS, MARGIN_SECONDS + SLOWEST * facts.duration_seconds)


def collect(space, outputs):
    """Return the MadeRenditions of `outputs`, from what really lies in `space.out`. Raises NothingMade."""
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
        made.append(MadeRendition(output.name, output.kind, media, codecs=codecs, playlist=playlist, **output.facts))
    return made


def _graph(facts, rungs, *, until_seconds=None):
    """The filters: the largest rung from the source, each smaller one from the one before it.

    The last picture stands until `until_seconds`, if given: a film whose sound goes on ends with its sound.
    """
    steps, first = [], rungs[0]
    feed = f"[0:{facts.video_stream}]" + filters.video_filter(
        facts, width=first.width, height=first.height, frame_rate=first.frame_rate
    )
    if until_seconds is not None:
        feed += f",{filters.held(until_seconds)}"
    for number, _rung in enumerate(rungs):
        if number + 1 == len(rungs):
            steps.append(f"{feed}[v{number}]")
        else:
            steps.append(f"{feed},split=2[v{number}][w{number}]")
            after = rungs[number + 1]
            feed = f"[w{number}]" + filters.smaller(after.width, after.height)
    return ";".join(steps)


def inputs(space, sounds):
    """Return what opens the source, as input 0, and the files of `sounds`, in their order, as the inputs after it."""
    arguments = ffmpeg.input_arguments(space.source)
    for sound in sounds:
        if sound.file is not None:
            arguments += made_input(sound.file)
    return arguments


def made_input(path):
    """Return the arguments that open the MP4 at `path`, which lies in `space.out`, and nothing else."""
    return ["-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{path}"]


def audio_arguments(sounds):
    """Return what maps `sounds`, opened by `inputs`, and leaves everything else of the source out."""
    arguments, opened = [], 0
    for sound in sounds:
        opened += sound.file is not None
        arguments += ["-map", f"0:{sound.tracks[0].stream}" if sound.file is None else f"{opened}:a:0"]
    return [*arguments, *NOTHING_ELSE, "-c:a", "copy"]


def _outputs(pictures, sounds):
    """The Outputs for (name, facts) of `pictures`: with the one sound in each, or several sounds beside them."""
    inside = ("a:0",) if len(sounds) == 1 else ()
    outputs = [Output(name, "video", (f"v:{number}", *inside), about) for number, (name, about) in enumerate(pictures)]
    if len(sounds) > 1:
        for number, sound in enumerate(sounds):
            about = {"language": sound.language, "label": sound.label, "is_default": sound.is_default}
            outputs.append(Output(f"audio-{number + 1}", "audio", (f"a:{number}",), about))
    return outputs


def _run(space, arguments, outputs, facts, *, on_tick, on_seconds=None):
    ffmpeg.run(
        [*arguments, "-f", "tee", "|".join(map(_branch, outputs))],
        space=space,
        wall_seconds=wall_seconds(facts),
        cpu_seconds=round(wall_seconds(facts)) * (os.cpu_count() or 1),
        memory_bytes=settings.LADDER_MEMORY_BYTES,
        on_tick=on_tick,
        on_seconds=on_seconds,
    )


def _branch(output):
    """One branch of the tee. Names are ours and relative to the working directory, so there is nothing to escape."""
    media, playlist = paths.media_of(output.name), paths.playlist_of(output.name)
    streams = ",".join(output.streams)
    return (
        f"[f=hls:select=\\'{streams}\\':hls_time={plan.SEGMENT_SECONDS}:hls_playlist_type=vod:hls_segment_type=fmp4"
        f":hls_flags=single_file:hls_segment_filename={media}]{playlist}"
    )


def progressive(space, source, *, sound=None, on_tick=None):
    """Write one MP4 with its index in front from `source`, a rendition that lies in `space.out`; return its path.

    `sound` is a second one, with the sound, if the pictures have none in them.
    """
    target = space.out / paths.PROGRESSIVE
    parts = [part for part in (source, sound) if part is not None]
    arguments = [word for part in parts for word in made_input(part)]
    arguments += ["-map", "0:v:0", "-map", f"{len(parts) - 1}:a:0?", *NOTHING_ELSE, "-c", "copy"]
    arguments += ["-movflags", "+faststart", "-f", "mp4", f"file:{target}"]
    ffmpeg.run(arguments, space=space, on_tick=on_tick)
    return Path(target)
