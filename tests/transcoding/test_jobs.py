"""The state machine of jobs: claimed once, lost when replaced, taken up when a worker died."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import factories
from tests.engines import free_port
from video_pages.models import ProcessingJob, VideoFile
from video_pages.transcoding import broker, claims, jobs, lost, tasks
from video_pages.transcoding.models import MAX_ATTEMPTS, MAX_LOST, Stage, State

MINUTE = dt.timedelta(minutes=1)
NOW = timezone.now()


@pytest.fixture
def job(db):
    return jobs.submit(factories.make_video_file(ready=False), now=NOW)


def fresh(job):
    return ProcessingJob.objects.get(pk=job.pk)


@pytest.fixture
def messages(settings):
    """TASKS=celery with a broker in this process's memory: a function that takes the messages, as (queue, job id)."""
    settings.VIDEO_TASKS, settings.CELERY_BROKER_URL = "celery", "memory://"
    broker.app.cache_clear()

    def take():
        found = []
        with broker.app().connection_for_read() as link:
            for stage in Stage:
                queue = broker.app().amqp.queues[stage.value](link.default_channel)
                queue.declare()
                while message := queue.get(no_ack=True):
                    found.append((stage.value, message.decode()[0][0]))
        return found

    take()
    yield take
    broker.app.cache_clear()


class TestSubmit:
    def test_submitted_file_waits(self, job):
        assert (job.state, job.source_version, job.attempt, job.progress) == (State.QUEUED, 1, 0, 0)

    def test_message_is_sent_when_the_transaction_is_committed(self, db, django_capture_on_commit_callbacks, messages):
        with django_capture_on_commit_callbacks(execute=True):
            job = jobs.submit(factories.make_video_file(ready=False))
            assert messages() == []
        assert messages() == [("playable", job.pk)]

    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_sent_if_the_transaction_is_rolled_back(self, messages):
        with pytest.raises(KeyError), transaction.atomic():
            jobs.submit(factories.make_video_file(ready=False))
            raise KeyError
        assert messages() == []
        assert not ProcessingJob.objects.exists()

    def test_replaced_file_starts_anew(self, job):
        claims.finish(jobs.claim(job.pk, now=NOW), State.REFUSED, reason="not a video")
        VideoFile.objects.update(source_version=2)
        again = jobs.submit(VideoFile.objects.get())
        assert again.pk == job.pk
        again.refresh_from_db()
        assert (again.state, again.source_version, again.reason, again.attempt) == (State.QUEUED, 2, "", 0)

    def test_job_goes_with_its_file(self, job):
        job.video_file.delete()
        assert not ProcessingJob.objects.exists()
        assert jobs.claim(job.pk) is None


class TestClaim:
    def test_claimed_job_is_processing_under_a_lease(self, job):
        claimed = jobs.claim(job.pk, worker="w", now=NOW)
        assert claimed.state == State.PROCESSING
        assert claimed.worker.startswith("w/")
        assert claimed.attempt == 1
        assert claimed.lease_until == NOW + claims.LEASE
        assert claimed.started_at == NOW

    def test_job_of_another_worker_is_not_to_be_had(self, job):
        assert jobs.claim(job.pk, now=NOW)
        assert jobs.claim(job.pk, now=NOW + claims.LEASE) is None

    @pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.FAILED])
    def test_finished_job_is_not_to_be_had(self, job, state):
        jobs.finish(jobs.claim(job.pk, now=NOW), state)
        assert jobs.claim(job.pk, now=NOW + 60 * MINUTE) is None

    def test_job_that_waits_for_its_next_try_is_not_to_be_had_before(self, job):
        claims.retry_later(jobs.claim(job.pk, now=NOW), reason="busy", now=NOW)
        assert jobs.claim(job.pk, now=NOW + dt.timedelta(seconds=29)) is None
        assert jobs.claim(job.pk, now=NOW + dt.timedelta(seconds=30)).attempt == 2

    @pytest.mark.django_db(transaction=True)
    def test_of_many_workers_at_once_one_gets_the_job(self):
        job = jobs.submit(factories.make_video_file(ready=False))
        start, got = threading.Barrier(8), []

        def work():
            start.wait()
            try:
                got.append(jobs.claim(job.pk))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 8
        assert len([claim for claim in got if claim]) == 1


class TestHolding:
    def test_renewal_extends_the_lease_and_writes_the_progress(self, job):
        claimed = jobs.claim(job.pk, now=NOW)
        jobs.renew(claimed, now=NOW + MINUTE, step="poster", progress=40)
        job = fresh(job)
        assert (job.lease_until, job.step, job.progress) == (NOW + MINUTE + claims.LEASE, "poster", 40)

    def test_worker_that_lost_its_lease_can_write_nothing(self, job):
        slow = jobs.claim(job.pk, now=NOW)
        jobs.sweep(now=NOW + claims.LEASE + MINUTE)
        quick = jobs.claim(job.pk, now=NOW + claims.LEASE + MINUTE)
        for write in (
            lambda: jobs.renew(slow),
            lambda: jobs.finish(slow, State.REFUSED, reason="wrong"),
            lambda: claims.retry_later(slow, reason="wrong"),
            lambda: claims.release(slow),
        ):
            with pytest.raises(jobs.JobLost):
                write()
        jobs.finish(quick, State.READY)
        assert fresh(job).state == State.READY

    def test_worker_of_a_replaced_file_can_write_nothing(self, job):
        claimed = jobs.claim(job.pk, now=NOW)
        VideoFile.objects.update(source_version=2)
        jobs.submit(VideoFile.objects.get())
        with pytest.raises(jobs.JobLost):
            jobs.finish(claimed, State.READY)
        assert fresh(job).state == State.QUEUED

    def test_worker_of_a_deleted_file_can_write_nothing(self, job):
        claimed = jobs.claim(job.pk, now=NOW)
        VideoFile.objects.get().delete()
        with pytest.raises(jobs.JobLost):
            jobs.renew(claimed)

    def test_failures_of_ours_are_tried_three_times_and_longer_apart(self, job):
        now, pauses = NOW, []
        for _ in range(MAX_ATTEMPTS - 1):
            claims.retry_later(jobs.claim(job.pk, now=now), reason="busy", now=now)
            assert fresh(job).state == State.QUEUED
            pauses.append(fresh(job).not_before - now)
            now = fresh(job).not_before
        claims.retry_later(jobs.claim(job.pk, now=now), reason="The server is busy.", now=now)
        job = fresh(job)
        assert pauses == sorted(pauses)
        assert (job.state, job.reason, job.finished_at) == (State.FAILED, "The server is busy.", now)

    def test_released_job_has_not_been_tried(self, job):
        claims.release(jobs.claim(job.pk, now=NOW))
        job = fresh(job)
        assert (job.state, job.attempt, job.worker, job.lease_until) == (State.QUEUED, 0, "", None)


class TestSweep:
    def test_message_that_waits_is_not_sent_again(self, job, messages):
        tasks.deliver(job.pk, Stage.PLAYABLE)
        assert jobs.sweep(now=NOW + 600 * MINUTE) == 0
        assert messages() == [("playable", job.pk)]

    def test_message_that_the_broker_has_lost_is_sent_again(self, job, messages):
        assert jobs.sweep(now=NOW + jobs.REDELIVER_AFTER) == 1
        assert messages() == [("playable", job.pk)]
        assert jobs.sweep(now=NOW + jobs.REDELIVER_AFTER) == 0, "by several workers at once"

    def test_message_that_could_not_be_sent_is_sent_when_the_broker_is_back(self, job, messages, settings, monkeypatch):
        monkeypatch.setattr(broker._Outage, "paused_until", 0.0)
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
        broker.app.cache_clear()
        assert jobs.sweep(now=NOW + jobs.REDELIVER_AFTER) == 0
        monkeypatch.setattr(broker._Outage, "paused_until", 0.0)
        settings.CELERY_BROKER_URL = "memory://"
        broker.app.cache_clear()
        assert jobs.sweep(now=NOW + jobs.REDELIVER_AFTER) == 1
        assert messages() == [("playable", job.pk)]

    def test_job_of_a_dead_worker_waits_again(self, job, messages):
        jobs.claim(job.pk, now=NOW)
        jobs.sweep(now=NOW + claims.LEASE)
        assert fresh(job).state == State.PROCESSING
        assert jobs.sweep(now=NOW + claims.LEASE + MINUTE) == 1
        assert messages() == [("playable", job.pk)]
        again = jobs.claim(job.pk, now=NOW + claims.LEASE + MINUTE)
        assert (again.attempt, again.lost) == (1, 1), "a death is no attempt"

    def test_job_that_waits_for_its_next_try_is_delivered_when_it_is_due(self, job, messages):
        claims.retry_later(jobs.claim(job.pk, now=NOW), reason="busy", now=NOW)
        assert jobs.sweep(now=NOW) == 0
        assert jobs.sweep(now=NOW + MINUTE) == 1

    def test_deaths_of_workers_are_no_attempts_and_a_file_that_ends_each_worker_is_given_up_some_day(self, job):
        now, pauses = NOW, []
        for _ in range(MAX_LOST):
            assert jobs.claim(job.pk, now=now)
            now += claims.LEASE + MINUTE
            jobs.sweep(now=now)
            if (waits_until := fresh(job).not_before) is not None:
                pauses.append(waits_until - now)
                now = waits_until
        assert len(pauses) == MAX_LOST - 1 - 5, "five deaths are followed by another attempt at once"
        assert pauses == sorted(pauses) and pauses[-1] == 60 * MINUTE
        assert (fresh(job).state, fresh(job).attempt) == (State.FAILED, 0)
        assert fresh(job).reason

    def test_work_that_ends_in_order_ends_the_count_of_deaths(self, job):
        jobs.claim(job.pk, now=NOW)
        jobs.sweep(now=NOW + claims.LEASE + MINUTE)
        claims.retry_later(jobs.claim(job.pk, now=NOW + 10 * MINUTE), reason="busy", now=NOW + 10 * MINUTE)
        assert (fresh(job).attempt, fresh(job).lost) == (1, 0)

    def test_job_of_a_worker_that_a_witness_calls_dead_is_taken_back_before_its_lease_ends(self, job):
        jobs.claim(job.pk, worker="host:1:abc", now=NOW)
        asked = []
        soon, later = NOW + jobs.SILENT_AFTER, NOW + jobs.SILENT_AFTER + dt.timedelta(seconds=1)
        assert jobs.take_back_silent(lambda name: asked.append(name) or True, now=soon) == 0
        assert jobs.take_back_silent(lambda name: asked.append(name), now=later) == 0
        assert asked == ["host:1:abc"]
        assert jobs.take_back_silent(lambda name: True, now=later) == 1
        assert fresh(job).state == State.QUEUED

    def test_lease_that_was_renewed_in_between_is_left_alone(self, job):
        held = jobs.claim(job.pk, now=NOW)
        read_before = fresh(job)
        jobs.renew(held, now=NOW + MINUTE)
        assert not lost.take_back(read_before, now=NOW + 60 * MINUTE)
        assert fresh(job).state == State.PROCESSING

    @pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.FAILED])
    def test_finished_jobs_are_left_alone(self, job, state):
        jobs.finish(jobs.claim(job.pk, now=NOW), state)
        assert jobs.sweep(now=NOW + 600 * MINUTE) == 0
        assert fresh(job).state == state


class TestForgotten:
    def test_old_file_without_a_job_is_submitted(self, db):
        video_file = factories.make_video_file(ready=False)
        assert jobs.submit_forgotten() == 0
        assert jobs.submit_forgotten(now=timezone.now() + jobs.FORGOTTEN_AFTER) == 1
        assert VideoFile.objects.get(pk=video_file.pk).job.state == State.QUEUED

    def test_file_whose_job_is_about_an_earlier_source_is_submitted(self, job):
        VideoFile.objects.update(source_version=2)
        assert jobs.submit_forgotten(now=NOW) == 1
        assert fresh(job).source_version == 2

    def test_submitted_files_are_left_alone(self, job):
        assert jobs.submit_forgotten(now=NOW + 600 * MINUTE) == 0
