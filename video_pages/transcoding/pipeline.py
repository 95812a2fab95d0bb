"""The work of one job, in the order in which it helps visitors: playable first, then complete.

probe -> facts; a copy that plays; poster; subtitles -> the ladder; the progressive MP4; storyboard; frames. A package
goes live as soon as it plays, unless a package of the same source is live.

A job may be passed on before its ladder, so that a ladder delays the first playback of no other film. The ladder is
then made by a second run, for a new package that goes live when it is complete.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from video_pages.library import local_files, packages, paths
from video_pages.library.packages import MadeRendition
from video_pages.transcoding import (
    audio_tracks,
    claims,
    companions,
    encode,
    encoders,
    endings,
    ffmpeg,
    hls,
    ladder_deferral,
    plan,
    probe,
    remux,
    sandbox,
    split,
)
from video_pages.transcoding.audio_choices import AudioChoice, left_out_message
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.ladder_deferral import Done
from video_pages.transcoding.lease_renewal import LeaseRenewal
from video_pages.transcoding.models import ProcessingJob, Stage, Step
from video_pages.transcoding.package_builder import PackageBuilder
from video_pages.transcoding.workspace import Workspace, workspace

PROBE_PATIENCE = 2
"""A job may probe for this many times PROBE_SECONDS, because nobody waits for an answer. Together with the probe of the
upload that makes a minute until the verdict on any file."""
LADDER_BEGINS, LADDER_ENDS, IMAGES_TAKE = 12, 92, 6
"""Percent of a job at which the ladder begins and ends, which takes nearly all of it; and storyboard and frames."""
CODEC_WEIGHT = 2
"""How many times as long as the ladder of H.264 each further codec takes, about."""
SHOWN_AT_LEAST = 0.5

logger = logging.getLogger(__name__)


def transcode(job: ProcessingJob, renewal: LeaseRenewal, *, is_quick: bool = False) -> Done:
    """Do the work of `job`, with `is_quick` only the part before the ladder; without, that part if other films wait.

    Raises JobLost, and what probe and ffmpeg raise.
    """
    renewal.report(Step.PROBE, 1)
    with local_files.local_copy(job.video_file.file.name or "", renewal) as source:
        return _transcode(job, renewal, source, is_quick=is_quick)


def _transcode(job: ProcessingJob, renewal: LeaseRenewal, source: Path, *, is_quick: bool) -> Done:
    video_file, version = job.video_file, job.source_version
    facts = probe.probe(source, seconds=settings.PROBE_SECONDS * PROBE_PATIENCE, on_tick=renewal)
    is_held_back = bool(video_file.package) and video_file.package_version == version
    builder = PackageBuilder(job, facts, packages.new_package(), renewal, is_held_back=is_held_back)
    builder.record_facts(facts)
    packages.discard_others(video_file, keep={video_file.package, builder.package, *split.folders_to_keep(job)})
    if is_held_back and job.stage == Stage.PLAYABLE and ladder_deferral.has_to_wait(is_quick, renewal):
        return Done("", is_complete=False)  # it plays already
    try:
        with workspace(source) as space:
            is_complete = _make(builder, space, is_quick=is_quick)
        builder.record_digest(source)
    except BaseException:
        if not builder.is_live():
            packages.remove_leftovers(video_file, package=builder.package)
        raise
    if not is_complete and not builder.is_live():
        packages.remove_leftovers(video_file, package=builder.package)
    return Done(" ".join(builder.notes), is_complete=is_complete)


def _make(builder: PackageBuilder, space: Workspace, *, is_quick: bool) -> bool:
    """Make the package and return True, or make it playable and return False: the ladder is made by another run."""
    renewal = builder.renewal
    renewal.report(Step.PACKAGE, 2)
    facts, audio = audio_tracks.prepare(space, builder.facts, on_tick=renewal)
    builder.record_facts(facts)
    builder.notes += filter(None, [left_out_message(facts)])
    renewal.report(Step.PACKAGE, 3)
    copies = _make_playable(builder, space, audio)
    # Poster and subtitles belong to a source: while an earlier one plays, they wait until this one is live.
    waits_for_live = builder.video_file.plays_earlier_source and not builder.is_live()
    if not waits_for_live:
        companions.make_poster_and_subtitles(builder, space, begins=8)
    if builder.job.stage == Stage.PLAYABLE and _ends_before_ladder(builder, space, audio, is_quick=is_quick):
        return False

    span = round((LADDER_ENDS - LADDER_BEGINS) / (1 + CODEC_WEIGHT * len(encoders.extra_codecs())))
    ends = LADDER_BEGINS + span
    renewal.report(Step.LADDER, LADDER_BEGINS, stage=Stage.LADDER)
    if builder.is_live():
        claims.send_playable(builder.video_file)
    encoded = _encode_ladder(builder, space, audio, copies, span=span)
    builder.require_whole_source()
    videos = [made for made in encoded if made.kind == "video"] or companions.readable_copies(builder, space, copies)
    renewal.report(Step.STORYBOARD, ends)
    columns = companions.draw_images(builder, space, videos)
    if not builder.progressive_name or not remux.is_final(facts):
        _make_progressive(builder, space, encoded or copies)
    # The audio renditions of the copy serve the ladder too: both start with the same silence.
    listed = [made for made in encoded if made.kind == "video" or not copies]
    renewal.report(Step.STORYBOARD, ends + IMAGES_TAKE)
    builder.keep(listed)
    builder.go_live(**columns)
    if waits_for_live:
        companions.make_poster_and_subtitles(builder, space, begins=ends + IMAGES_TAKE)
    for number, codec in enumerate(encoders.extra_codecs()):
        _add_codec(builder, space, codec, audio, begins=ends + IMAGES_TAKE + number * CODEC_WEIGHT * span)
    packages.discard_others(builder.video_file, keep={builder.package})
    return True


def _ends_before_ladder(
    builder: PackageBuilder, space: Workspace, audio: Sequence[AudioChoice], *, is_quick: bool
) -> bool:
    """Return True if the ladder is for another run; then make a film that can't be copied playable in one size."""
    plays = builder.is_live() or bool(builder.video_file.package)
    is_long = builder.facts.duration_seconds > ladder_deferral.EARLY_FROM_SECONDS and not plays
    if not is_long and not ladder_deferral.has_to_wait(is_quick, builder.renewal):
        return False
    if not plays:
        rung = plan.early_rung(builder.facts, max_height=settings.LADDER_MAX_HEIGHT)
        made = encode.encode_ladder(space, builder.facts, [rung], audio, on_tick=builder.renewal)
        _check_length(builder, space, made, audio)
        _make_progressive(builder, space, made)
        builder.keep(made)
        builder.go_live(has_storyboard=False, frame_count=0)
    return True


def _make_playable(builder: PackageBuilder, space: Workspace, audio: Sequence[AudioChoice]) -> list[MadeRendition]:
    """Make what plays without encoding video, and put it live; return the MadeRenditions of the copy."""
    facts, renewal = builder.facts, builder.renewal
    copies: list[MadeRendition] = []
    remuxed = None
    try:
        if plan.can_be_copied(facts):
            copies = encode.copy_source(space, facts, audio, on_tick=renewal)
        if remux.can_be_remuxed(facts) and (remux.is_final(facts) or not builder.is_held_back):
            remuxed = remux.remux(space, facts, audio, on_tick=renewal)
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong) as error:
        logger.warning("Job %s: the source can't be copied, so all of it is encoded: %s", builder.job.pk, error)
        copies = []
    if remuxed:
        builder.keep_progressive(remuxed, paths.REMUXED)
    if copies:
        builder.keep(copies)
    if (copies or builder.progressive_name) and not builder.is_held_back:
        # The storyboard and frames of an earlier source do not belong to this one.
        builder.go_live(has_storyboard=False, frame_count=0)
    return copies


def _encode_ladder(
    builder: PackageBuilder,
    space: Workspace,
    audio: Sequence[AudioChoice],
    copies: Sequence[MadeRendition],
    *,
    span: int,
) -> list[MadeRendition]:
    """Encode the ladder in H.264 beside `copies`; return the MadeRenditions. `span` is its share in percent."""
    facts, renewal = builder.facts, builder.renewal
    rungs = _rungs(facts, copies)
    if not rungs:
        return []

    def on_share(share: float) -> None:
        renewal.note(LADDER_BEGINS + round(span * share))

    if split.is_split(facts, rungs):
        encoded = split.encode_ladder(builder, space, rungs, audio, lists_audio=not copies, on_share=on_share)
    else:
        encoded = encode.encode_ladder(space, facts, rungs, audio, on_tick=renewal, on_share=on_share)
    _check_length(builder, space, encoded, audio)
    return plan.without_redundant(encoded, _video_of(copies)) if copies else encoded


def _rungs(facts: Facts, copies: Sequence[MadeRendition]) -> list[plan.Rung]:
    """Return the Rungs to encode in H.264, beside the MadeRenditions `copies` if there are any."""
    if not copies:
        return plan.ladder(facts, max_height=settings.LADDER_MAX_HEIGHT)
    bandwidth = hls.playlist_of(_video_of(copies)).average_bandwidth
    return plan.rungs_beside_copy(facts, bandwidth, max_height=settings.LADDER_MAX_HEIGHT)


def _video_of(copies: Sequence[MadeRendition]) -> MadeRendition:
    return next(made for made in copies if made.kind == "video")


def _check_length(
    builder: PackageBuilder, space: Workspace, encoded: Sequence[MadeRendition], audio: Sequence[AudioChoice]
) -> None:
    """Refuse a file that gave far less video than its duration; with audio, the video may end first."""
    facts = builder.facts
    shown = max(hls.playlist_of(made).seconds for made in encoded)
    if not audio and shown < facts.duration_seconds * SHOWN_AT_LEAST - plan.SEGMENT_SECONDS:
        probe.require_readable(space.source, on_tick=builder.renewal)
        raise probe.UnreadableMedia("damaged", f"{shown:.1f} s of {facts.duration_seconds:.1f} s could be shown")


def _make_progressive(builder: PackageBuilder, space: Workspace, made: Sequence[MadeRendition]) -> None:
    """Make the MP4 for browsers without scripts, from the largest rung up to full HD."""
    videos = sorted((rendition for rendition in made if rendition.kind == "video"), key=plan.lines_of)
    fitting = [video for video in videos if plan.lines_of(video) <= remux.PROGRESSIVE_LINES]
    best = fitting[-1] if fitting else videos[0]
    audio = (rendition for rendition in made if rendition.kind == "audio" and rendition.is_default)
    default = next(map(packages.place, audio), None)
    path = encode.progressive(space, packages.place(best), audio=default, on_tick=builder.renewal)
    builder.keep_progressive(path, paths.PROGRESSIVE)


def _add_codec(
    builder: PackageBuilder, space: Workspace, codec: str, audio: Sequence[AudioChoice], *, begins: int
) -> None:
    """Add the upper sizes in `codec` to the live package, unless that fails: visitors have H.264 already."""
    builder.renewal.report(Step.LADDER, min(begins, LADDER_ENDS + IMAGES_TAKE))
    rungs = plan.extra_rungs(builder.facts, codec, max_height=settings.LADDER_MAX_HEIGHT)
    inside = audio if len(audio) == 1 else []  # several choices are renditions of their own already
    try:
        if split.is_split(builder.facts, rungs):
            made = split.encode_ladder(builder, space, rungs, inside)
        else:
            made = encode.encode_ladder(space, builder.facts, rungs, inside, on_tick=builder.renewal)
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong, encoders.NoEncoder, endings.PartFailed) as error:
        logger.warning("Job %s: no %s: %s", builder.job.pk, codec, error)
        return
    builder.require_whole_source()
    builder.keep(made)
    builder.go_live()
