"""Everything that is made of one source, in the order in which it helps: playable first, then beautiful.

probe -> facts; a copy that plays; poster; subtitles -> the ladder; the progressive MP4; storyboard; frames. A package
goes live as soon as it plays, unless visitors have better already: that of the same source, made before.
"""

import dataclasses
import logging
import os

from django.conf import settings

from video_pages.library import packages, paths, services
from video_pages.library.storage import protected_storage
from video_pages.transcoding import (
    audio_tracks,
    embedded_subtitles,
    encode,
    encoders,
    ffmpeg,
    plan,
    poster,
    probe,
    remux,
    sandbox,
    sound,
    storyboard,
)
from video_pages.transcoding.claims import JobLost
from video_pages.transcoding.models import Step
from video_pages.transcoding.package_builder import PackageBuilder
from video_pages.transcoding.workspace import workspace

PROBE_PATIENCE = 2
"""A job may take this many times PROBE_SECONDS to look into a file: nobody waits in front of a form. Together with the
look at its arrival that makes a minute until the verdict on any file."""
LADDER_BEGINS, LADDER_ENDS, PICTURES_TAKE = 12, 92, 6
"""Percent of a job at which the ladder begins and ends, which takes nearly all of it; and storyboard and frames."""
CODEC_WEIGHT = 2
"""How many times as long as the ladder of H.264 each further codec takes, about."""
FOR_FRAMES_LINES = 720
SHOWN_AT_LEAST = 0.5

logger = logging.getLogger(__name__)


def transcode(job, beat):
    """Do all the work of `job`; `beat` renews its lease. Return what its editor has to know of it, "" if nothing.

    Raises JobLost, and what probe and ffmpeg raise.
    """
    video_file, version = job.video_file, job.source_version
    source = video_file.file.path
    beat.report(Step.PROBE, 1)
    facts = probe.probe(source, seconds=settings.PROBE_SECONDS * PROBE_PATIENCE, on_tick=beat)
    if not beat.persist(lambda: services.record_facts(video_file, facts, version=version)):
        raise JobLost(job.pk)
    making = PackageBuilder(job, facts, packages.new_package(), [], beat)
    making.is_held_back = bool(video_file.package) and video_file.package_version == version
    packages.discard_others(video_file, keep={video_file.package, making.package})
    try:
        with workspace(source) as space:
            _make(making, space, beat)
    except BaseException:
        if not making.is_live():
            packages.remove_leftovers(video_file, package=making.package)
        raise
    return " ".join(making.notes)


def _make(making, space, beat):
    beat.report(Step.PACKAGE, 2)
    facts, sounds = audio_tracks.prepare(space, making.facts, on_tick=beat)
    making.facts = facts
    version = making.job.source_version
    if not beat.persist(lambda: services.record_facts(making.video_file, facts, version=version)):
        raise JobLost(making.job.pk)
    making.notes += filter(None, [sound.left_out_message(facts)])
    beat.report(Step.PACKAGE, 3)
    copies = _make_playable(making, space, sounds, beat)
    # Poster and subtitles belong to a film: while an earlier one plays, they wait until this one is live.
    is_behind_earlier = making.video_file.plays_earlier_source and not making.is_live()
    if not is_behind_earlier:
        _make_companions(making, space, beat, begins=8)

    rungs = _rungs(facts, copies)
    beat.report(Step.LADDER, LADDER_BEGINS)
    encoded = []
    span = round((LADDER_ENDS - LADDER_BEGINS) / (1 + CODEC_WEIGHT * len(encoders.extra_codecs())))
    ends = LADDER_BEGINS + span
    if rungs:
        encoded = encode.encode_ladder(
            space,
            facts,
            rungs,
            sounds,
            on_tick=beat,
            on_share=lambda share: beat.note(LADDER_BEGINS + round(span * share)),
        )
        _check_length(facts, encoded, sounds)
        encoded = _without_seconds(encoded, copies)
    making.require_whole_source()
    pictures = [made for made in encoded if made.kind == "video"] or _readable_again(making, space, copies)
    beat.report(Step.STORYBOARD, ends)
    extras = _draw_extras(making, space, pictures, beat)
    if not making.progressive_name or not remux.is_final(facts):
        _make_progressive(making, space, encoded or copies, sounds, beat)
    # Sounds of the copy serve the ladder too: they were made with the same silence before them.
    listed = [made for made in encoded if made.kind == "video" or not copies]
    beat.report(Step.STORYBOARD, ends + PICTURES_TAKE)
    making.keep(listed)
    making.go_live(**extras)
    if is_behind_earlier:
        _make_companions(making, space, beat, begins=ends + PICTURES_TAKE)
    for number, codec in enumerate(encoders.extra_codecs()):
        _add_codec(making, space, codec, sounds, begins=ends + PICTURES_TAKE + number * CODEC_WEIGHT * span)
    packages.discard_others(making.video_file, keep={making.package})


def _rungs(facts, copies):
    """Return the Rungs to encode in H.264, beside the MadeRenditions `copies` if there are any."""
    if not copies:
        return plan.ladder(facts, max_height=settings.LADDER_MAX_HEIGHT)
    bandwidth = _pictures(copies).playlist.average_bandwidth
    return plan.rungs_beside_copy(facts, bandwidth, max_height=settings.LADDER_MAX_HEIGHT)


def _pictures(copies):
    return next(made for made in copies if made.kind == "video")


def _without_seconds(encoded, copies):
    """Return `encoded` without what shows the copy once more: a sound inside both may be most of what they take."""
    if not copies:
        return encoded
    copied = _pictures(copies)
    return [made for made in encoded if made.kind != "video" or not plan.is_second_of(made, copied)]


def _add_codec(making, space, codec, sounds, *, begins):
    """Add the upper sizes in `codec` to the live package, as far as that works: visitors have all in H.264 by now."""
    making.beat.report(Step.LADDER, min(begins, LADDER_ENDS + PICTURES_TAKE))
    rungs = plan.extra_rungs(making.facts, codec, max_height=settings.LADDER_MAX_HEIGHT)
    try:
        # Several sounds stand beside the pictures already.
        made = encode.encode_ladder(space, making.facts, rungs, sounds if len(sounds) == 1 else [], on_tick=making.beat)
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong, encoders.NoEncoder) as error:
        logger.warning("Job %s: no %s: %s", making.job.pk, codec, error)
        return
    making.require_whole_source()
    making.keep(made)
    making.go_live()


def _readable_again(making, space, copies):
    """Return the pictures of the copy, which lie in the package by now, where a child can read and not write them."""
    found = []
    for made in copies:
        if made.kind == "video":
            name = paths.media_of(made.name)
            kept = protected_storage().path(paths.made_name(making.video_file.uuid, making.package, name))
            os.link(kept, space.source.parent / name)
            found.append(dataclasses.replace(made, media=space.source.parent / name))
    return found


def _check_length(facts, encoded, sounds):
    """Refuse a file of which far less could be shown than it promised; beside sound, pictures may end first."""
    shown = max(made.playlist.seconds for made in encoded)
    if not sounds and shown < facts.duration_seconds * SHOWN_AT_LEAST - plan.SEGMENT_SECONDS:
        raise probe.UnreadableMedia("damaged", f"{shown:.1f} s of {facts.duration_seconds:.1f} s could be shown")


def _make_playable(making, space, sounds, beat):
    """Make what plays without encoding pictures, and put it live; return the MadeRenditions of the copy."""
    facts, copies, remuxed = making.facts, [], None
    try:
        if plan.can_be_copied(facts):
            copies = encode.copy_source(space, facts, sounds, on_tick=beat)
        if remux.can_be_remuxed(facts) and (remux.is_final(facts) or not making.is_held_back):
            remuxed = remux.remux(space, facts, sounds, on_tick=beat)
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong) as error:
        logger.warning("Job %s: the source can't be copied, so all of it is encoded: %s", making.job.pk, error)
        copies = []
    if remuxed:
        making.progressive_name = making.keep_progressive(remuxed, paths.REMUXED)
    if copies:
        making.keep(copies)
    if (copies or making.progressive_name) and not making.is_held_back:
        # The pictures of an earlier film are no longer this one's.
        making.go_live(has_storyboard=False, frame_count=0)
    return copies


def _make_companions(making, space, beat, *, begins):
    """Draw the poster and take the subtitles out of the source; `begins` is the job's percentage at that point."""
    beat.report(Step.POSTER, begins)
    _make_poster(making, space, beat)
    beat.report(Step.TEXT, begins + 1)
    version = making.job.source_version
    making.notes += embedded_subtitles.extract_subtitles(
        space, making.facts, making.video_file, version=version, on_tick=beat
    )


def _make_poster(making, space, beat):
    video_file = making.video_file
    drawn = poster.make_poster(space, making.facts, on_tick=beat)
    version = making.job.source_version
    if not beat.persist(lambda: services.attach_poster(video_file, drawn.jpeg, drawn.still, version=version)):
        raise JobLost(making.job.pk)


def _make_progressive(making, space, made, sounds, beat):
    """Make the MP4 for browsers without scripts, from the largest rung up to full HD."""
    pictures = sorted((m for m in made if m.kind == "video"), key=lambda m: plan.lines(m.width, m.height))
    fitting = [m for m in pictures if plan.lines(m.width, m.height) <= remux.PROGRESSIVE_LINES]
    best = (fitting or pictures)[-1] if fitting else pictures[0]
    spoken = next((m for m in made if m.kind == "audio" and m.is_default), None)
    path = encode.progressive(space, best.media, sound=spoken and spoken.media, on_tick=beat)
    making.progressive_name = making.keep_progressive(path, paths.PROGRESSIVE)


def _draw_extras(making, space, pictures, beat):
    """Draw storyboard and frames to choose from, as far as that works; return the VideoFile columns that say so."""
    smallest = min(pictures, key=lambda made: made.width * made.height)
    near = min(pictures, key=lambda made: abs(plan.lines(made.width, made.height) - FOR_FRAMES_LINES))
    seconds = making.facts.duration_seconds
    has_storyboard = False
    try:
        sheets, vtt = storyboard.draw(space, smallest, seconds, on_tick=beat)
        for number, sheet in enumerate(sheets, start=1):
            packages.keep_file(making.video_file, making.package, paths.storyboard_sheet(number), sheet)
        if sheets:
            packages.keep_text(making.video_file, making.package, paths.STORYBOARD_MAP, vtt)
            has_storyboard = True
    except (ffmpeg.FfmpegFailed, sandbox.TookTooLong) as error:
        logger.warning("Job %s: no storyboard: %s", making.job.pk, error)
    frames = poster.draw_frames(space, near, seconds, on_tick=beat)
    for number, frame in enumerate(frames, start=1):
        packages.keep_file(making.video_file, making.package, paths.frame_image(number), frame)
    return {"has_storyboard": has_storyboard, "frame_count": len(frames)}
