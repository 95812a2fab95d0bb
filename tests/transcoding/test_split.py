"""A ladder in parts: the same package as in one run, and the rules of a job for each part."""

import datetime as dt
import logging

import pytest
from django.utils import timezone

from tests import clips, factories
from tests.library.working import IN_ORDER, check_library
from tests.transcoding import leftovers
from tests.transcoding.packages import encode_with_one_thread, made_of, texts_of
from video_pages.library import local_files, removal, scratch
from video_pages.library.storage import GRACE
from video_pages.models import LadderPart, ProcessingJob, VideoFile
from video_pages.transcoding import claims, encode, encoders, ffmpeg, jobs, part_work, parts, plan, sandbox, split
from video_pages.transcoding.models import MAX_ATTEMPTS, MAX_LOST, Failure, Stage, State, Step
from video_pages.worker.slots import Slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_parts(settings):
    settings.LADDER_SPLIT, settings.LADDER_SPLIT_FROM_SECONDS = True, 0


def submitted(clip=None):
    return jobs.submit(factories.make_video_file(clip or clips.mp4(2, "854x480"), ready=False))


def not_copied():
    """A film that browsers can't play, in four sizes."""
    return clips.draw("large.avi", *clips.video(2, "854x480"), *clips.audio(2), "-c:v", "mpeg4", "-c:a", "libmp3lame")


def two_languages():
    options = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "mpeg4", "-c:a", "aac", "-ac", "2")
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu")
    sounds = (*clips.audio(2), "-f", "lavfi", "-t", "2", "-i", "sine=frequency=880:sample_rate=48000")
    return clips.draw("two.mkv", *clips.video(2, "854x480"), *sounds, *options, *languages)


def fresh(job):
    return ProcessingJob.objects.select_related("video_file").get(pk=job.pk)


def stop_at_first_part(monkeypatch, job):
    """Run `job` until its first part begins, and end it as a worker ends that is told to stop."""
    with monkeypatch.context() as stopped:
        stopped.setattr(part_work.encode, "encode_ladder", lambda *a, **k: (_ for _ in ()).throw(sandbox.Interrupted))
        stopped.setattr(split.sandbox, "require_going", lambda: (_ for _ in ()).throw(sandbox.Interrupted))
        assert jobs.run(job.pk) == State.QUEUED
    return fresh(job)


@pytest.mark.parametrize(
    ("clip", "codecs"),
    [
        (lambda: clips.mp4(2, "854x480"), ()),
        (not_copied, ()),
        (two_languages, ()),
        (not_copied, ("hevc",)),
    ],
    ids=["copied", "not copied", "two languages", "two codecs"],
)
def test_package_equals_that_of_one_run(clip, codecs, settings, monkeypatch):
    encode_with_one_thread(monkeypatch)
    monkeypatch.setattr(plan, "EXTRA_LINES", 300)
    settings.EXTRA_VIDEO_CODECS = codecs
    whole = submitted(clip())
    assert jobs.run(whole.pk) == State.READY
    settings.LADDER_SPLIT, settings.LADDER_SPLIT_FROM_SECONDS = True, 0
    in_parts = submitted(clip())
    assert jobs.run(in_parts.pk) == State.READY
    whole, in_parts = fresh(whole).video_file, fresh(in_parts).video_file
    assert len(made_of(whole)[0]) >= 3
    assert made_of(in_parts) == made_of(whole)
    assert texts_of(in_parts) == texts_of(whole)
    assert not LadderPart.objects.exists()
    leftovers.assert_none()


def test_short_film_is_not_split(in_parts, settings, monkeypatch):
    settings.LADDER_SPLIT_FROM_SECONDS = 3
    monkeypatch.setattr(split, "encode_ladder", lambda *a, **k: pytest.fail("it was split"))
    assert jobs.run(submitted().pk) == State.READY


def test_sizes_that_other_workers_have_made_are_taken_as_they_are(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    assert (job.state, job.attempt) == (State.QUEUED, 0)
    assert list(LadderPart.objects.order_by("number").values_list("name", "attempt")) == [
        ("480p", 0),
        ("360p to 144p", 0),
    ]
    real, made = encode.encode_ladder, []

    def note(space, facts, rungs, *arguments, only=None, **options):
        made.append([rungs[number].name for number in only])
        return real(space, facts, rungs, *arguments, only=only, **options)

    monkeypatch.setattr(encode, "encode_ladder", note)
    part_work.help_with(parts.claim_next(worker="helper"), worker="helper")
    assert made == [["480p"], ["360p", "240p", "144p"]], "a helper goes on with the same film"
    assert list(scratch.root().iterdir()) == []
    assert set(LadderPart.objects.values_list("state", "progress")) == {(State.READY, 100)}
    assert jobs.run(job.pk) == State.READY
    assert len(made) == 2
    leftovers.assert_none()


def test_finished_size_whose_file_is_gone_is_made_again(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    part = parts.claim_next(worker="helper")
    part_work.help_with(part, worker="helper")
    part.refresh_from_db()
    local_files.remove_folder(f"{part.file.uuid.hex[:2]}/{part.file.uuid.hex}/{part.folder}")
    assert jobs.run(job.pk) == State.READY
    leftovers.assert_none()


def test_changed_plan_drops_the_sizes_that_are_no_longer_wanted(in_parts, settings, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    part_work.help_with(parts.claim_next(worker="helper"), worker="helper")
    settings.LADDER_MAX_HEIGHT = 360
    assert jobs.run(job.pk) == State.READY
    assert max(fresh(job).video_file.renditions.values_list("height", flat=True), key=lambda h: h or 0) == 360
    leftovers.assert_none()


def test_switched_off_meanwhile_it_is_made_in_one_run(in_parts, settings, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    settings.LADDER_SPLIT = False
    assert jobs.run(job.pk) == State.READY
    assert not LadderPart.objects.exists()
    leftovers.assert_none()


def fail(monkeypatch, error, number=1):
    """Have the encoding of part `number` raise `error`."""
    real = encode.encode_ladder

    def encode_or_fail(*arguments, only=None, **options):
        if number in only:
            raise error
        return real(*arguments, only=only, **options)

    monkeypatch.setattr(encode, "encode_ladder", encode_or_fail)


def let_tries_begin():
    for model in (ProcessingJob, LadderPart):
        model.objects.update(not_before=None)


def test_part_that_fails_by_itself_has_three_attempts_and_then_the_job_fails(in_parts, monkeypatch):
    job = submitted(not_copied())
    fail(monkeypatch, ffmpeg.FfmpegFailed("broken"))
    for attempt in range(1, MAX_ATTEMPTS):
        assert jobs.run(job.pk) == State.QUEUED, "it waits for the next attempt of its part"
        waiting = fresh(job)
        assert (waiting.attempt, waiting.lost) == (0, 0) and "could not process" in waiting.reason
        part = LadderPart.objects.get(name="360p to 144p")
        assert (part.state, part.attempt) == (State.QUEUED, attempt)
        assert abs(waiting.not_before - part.not_before) < dt.timedelta(seconds=5)
        assert set(LadderPart.objects.exclude(pk=part.pk).values_list("state", flat=True)) == {State.READY}
        let_tries_begin()
    assert jobs.run(job.pk) == State.FAILED
    failed = fresh(job)
    assert (failed.state, failed.step) == (State.FAILED, "") and "could not process" in failed.reason
    assert not LadderPart.objects.exists()
    leftovers.assert_none()

    monkeypatch.undo()
    jobs.submit(failed.video_file)
    assert jobs.run(job.pk) == State.READY


def test_full_disk_of_a_part_costs_no_attempt(in_parts, monkeypatch):
    job = submitted(not_copied())
    fail(monkeypatch, OSError(28, "No space left on device"))
    assert jobs.run(job.pk) == State.QUEUED
    assert "disk is full" in fresh(job).reason
    assert LadderPart.objects.get(name="360p to 144p").attempt == 0


def test_part_whose_workers_die_is_taken_back_and_at_last_fails_the_job(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    for number in range(MAX_LOST):
        let_tries_begin()
        held = parts.claim_next(worker="dead")
        assert held.name == "480p"
        assert parts.claim_next(worker="other", of=job).name == "360p to 144p"
        LadderPart.objects.filter(name="360p to 144p").update(state=State.QUEUED, worker="")
        later = timezone.now() + claims.LEASE + dt.timedelta(seconds=1)
        LadderPart.objects.filter(pk=held.pk).update(lease_until=later - claims.LEASE * 2)
        jobs.sweep()
        held.refresh_from_db()
        assert (held.lost, held.attempt) == (number + 1, 0)
    assert held.state == State.FAILED
    assert jobs.run(job.pk) == State.FAILED
    assert "several times over" in fresh(job).reason
    leftovers.assert_none()


def test_silent_worker_loses_its_part_where_a_witness_knows_that_it_is_dead(in_parts, monkeypatch):
    stop_at_first_part(monkeypatch, submitted(not_copied()))
    held = parts.claim_next(worker="dead")
    now = timezone.now() + jobs.SILENT_AFTER + dt.timedelta(seconds=1)
    assert jobs.take_back_silent(lambda name: name != "dead", now=now) == 0
    assert jobs.take_back_silent(lambda name: name == "dead", now=now) == 1
    with pytest.raises(claims.JobLost):
        claims.renew(held)


def test_job_that_is_stopped_ends_its_parts_and_what_was_made_goes(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    finished, held = parts.claim_next(worker="a"), parts.claim_next(worker="b")
    claims.finish(finished, State.READY, made=[])
    real = encode.encode_ladder

    def stop_meanwhile(*arguments, **options):
        made = real(*arguments, **options)
        assert jobs.cancel(fresh(job).video_file, by="Ada")
        return made

    monkeypatch.setattr(encode, "encode_ladder", stop_meanwhile)
    part_work.help_with(held, worker="b")
    assert fresh(job).state == State.FAILED and not LadderPart.objects.exists()
    assert parts.claim_next(worker="c") is None
    leftovers.assert_none()


def test_new_source_drops_the_parts_of_the_former(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    held = parts.claim_next(worker="a")
    VideoFile.objects.filter(job=job).update(source_version=2)
    jobs.submit(VideoFile.objects.get(job=job))
    assert not LadderPart.objects.exists()
    with pytest.raises(claims.JobLost):
        claims.renew(held)


def other_audio(monkeypatch):
    monkeypatch.setattr(part_work.audio_tracks, "make", lambda space, facts, **options: (facts, []))


def no_encoder(monkeypatch):
    def refuse(*_arguments, **_options):
        raise encoders.NoEncoder("hevc")

    monkeypatch.setattr(part_work.encode, "encode_ladder", refuse)


@pytest.mark.parametrize("differs", [other_audio, no_encoder])
def test_a_machine_that_makes_it_otherwise_leaves_the_parts_to_others_without_an_attempt(
    in_parts, monkeypatch, caplog, differs
):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    monkeypatch.setattr(part_work, "_unfit", ())
    with monkeypatch.context() as machine:
        differs(machine)
        part_work.help_with(parts.claim_next(worker="helper"), worker="helper")
    assert set(LadderPart.objects.values_list("state", "attempt", "not_before")) == {(State.QUEUED, 0, None)}
    assert caplog.text.count("is left to other workers") == 1
    # The machine takes the whole job, as nobody else does, and plans its parts anew, but none for another worker.
    assert Slots("helper", lambda: False).run_one(tuple(Stage))
    assert fresh(job).state == State.READY
    leftovers.assert_none()


def test_missing_source_ends_the_job_as_without_parts(in_parts, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    local_files.remove_folder(f"{job.video_file.uuid.hex[:2]}/{job.video_file.uuid.hex}")
    for _attempt in range(MAX_ATTEMPTS):
        let_tries_begin()
        part_work.help_with(parts.claim_next(worker="helper", of=job), worker="helper")
    part = LadderPart.objects.get(state=State.FAILED)
    assert part.failure == Failure.MISSING_SOURCE


@pytest.mark.real_children
def test_progress_of_the_job_is_the_sum_of_its_parts(in_parts, monkeypatch, caplog):
    monkeypatch.setattr(split, "RENEW_SECONDS", 0)
    monkeypatch.setattr("video_pages.transcoding.lease_renewal.RENEW_SECONDS", 0)
    monkeypatch.setattr(sandbox, "TICK_SECONDS", 0.01)
    seen, renew = [], claims.renew

    def note(held, **columns):
        renew(held, **columns)
        if isinstance(held, ProcessingJob) and ProcessingJob.objects.filter(pk=held.pk, step=Step.LADDER).exists():
            seen.append(columns.get("progress") or 0)

    monkeypatch.setattr(claims, "renew", note)
    with caplog.at_level(logging.INFO):
        assert jobs.run(submitted(not_copied()).pk) == State.READY
    shares = [progress for progress in seen if progress]
    assert shares == sorted(shares) and len(set(shares)) >= 2 and 50 < max(shares) <= 92
    assert "part 480p begins, attempt 1" in caplog.text


def test_parts_of_a_film_in_a_bucket(in_parts, s3_site, top, monkeypatch):
    job = stop_at_first_part(monkeypatch, submitted(not_copied()))
    part = parts.claim_next(worker="helper")
    part_work.help_with(part, worker="helper")
    part.refresh_from_db()
    folder = f"{part.file.uuid.hex[:2]}/{part.file.uuid.hex}/{part.folder}"
    assert {entry.own_name for entry in local_files.entries(folder)} == {"480p.mp4", "480p.m3u8"}, (
        "sent when it is made"
    )
    assert jobs.run(job.pk) == State.READY
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    assert check_library() == IN_ORDER
    assert list(scratch.root().iterdir()) == []
