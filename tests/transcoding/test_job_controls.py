"""Controls of a job: stop it, its place in the queue, its remaining time, its end."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories
from video_pages.models import ProcessingJob, VideoFile
from video_pages.transcoding import claims, jobs
from video_pages.transcoding.models import State
from video_pages.transcoding.signals import processing_finished

MINUTE = dt.timedelta(minutes=1)
NOW = timezone.now()


@pytest.fixture
def job(db):
    return jobs.submit(factories.make_video_file(ready=False), now=NOW)


@pytest.fixture
def signals():
    """The signals `processing_finished` that were sent, as (video file, state)."""
    heard = []

    def listen(sender, video_file, state, **kwargs):
        heard.append((video_file.pk, state))

    processing_finished.connect(listen)
    yield heard
    processing_finished.disconnect(listen)


def fresh(job):
    return ProcessingJob.objects.get(pk=job.pk)


class TestCancel:
    def test_a_waiting_job_ends_and_says_who_stopped_it(self, job):
        assert jobs.cancel(job.video_file, by="Ada", now=NOW)
        job = fresh(job)
        assert (job.state, job.reason, job.finished_at) == (State.FAILED, "Stopped by Ada.", NOW)
        assert jobs.claim(job.pk) is None
        assert jobs.sweep(now=NOW + 600 * MINUTE) == 0

    def test_the_job_of_a_new_source_is_not_stopped_by_who_saw_the_one_before(self, job):
        seen = fresh(job)
        VideoFile.objects.filter(pk=job.video_file_id).update(source_version=2)
        jobs.submit(VideoFile.objects.get(pk=job.video_file_id), now=NOW)
        assert not claims.stop(seen, reason="Stopped by Ada.")
        assert (fresh(job).state, fresh(job).source_version) == (State.QUEUED, 2)

    def test_the_worker_of_a_stopped_job_finds_its_claim_gone(self, job):
        claimed = jobs.claim(job.pk, now=NOW)
        assert jobs.cancel(job.video_file, by="Ada")
        for write in (
            lambda: jobs.renew(claimed),
            lambda: jobs.finish(claimed, State.READY),
            lambda: claims.retry_later(claimed, reason="busy"),
            lambda: claims.release(claimed),
        ):
            with pytest.raises(jobs.JobLost):
                write()
        assert fresh(job).reason == "Stopped by Ada."

    def test_a_job_that_waits_for_its_next_try_is_stopped(self, job):
        claims.retry_later(jobs.claim(job.pk, now=NOW), reason="busy", now=NOW)
        assert jobs.cancel(job.video_file, by="Ada")
        assert jobs.sweep(now=NOW + 600 * MINUTE) == 0

    @pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.FAILED])
    def test_what_has_ended_stays_as_it_is(self, job, state):
        jobs.finish(jobs.claim(job.pk, now=NOW), state, reason="as it was")
        assert not jobs.cancel(job.video_file, by="Ada")
        assert (fresh(job).state, fresh(job).reason) == (state, "as it was")

    def test_a_file_without_a_job_has_nothing_to_stop(self, db):
        assert not jobs.cancel(factories.make_video_file(ready=False), by="Ada")

    def test_a_stopped_job_begins_anew_when_it_is_submitted(self, job):
        jobs.cancel(job.video_file, by="Ada")
        jobs.submit(job.video_file)
        assert (fresh(job).state, fresh(job).reason, fresh(job).attempt) == (State.QUEUED, "", 0)
        assert jobs.claim(job.pk)

    @pytest.mark.django_db(transaction=True)
    def test_of_stopping_and_finishing_at_once_one_wins(self):
        job = jobs.submit(factories.make_video_file(ready=False))
        claimed = jobs.claim(job.pk)
        start, lost, stopped = threading.Barrier(2), [], []

        def work():
            start.wait()
            try:
                jobs.finish(claimed, State.READY)
            except jobs.JobLost:
                lost.append(True)
            finally:
                connection.close()

        def stop():
            start.wait()
            try:
                stopped.append(jobs.cancel(job.video_file, by="Ada"))
            finally:
                connection.close()

        threads = [threading.Thread(target=work), threading.Thread(target=stop)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert stopped == [bool(lost)]
        assert fresh(job).state == (State.FAILED if lost else State.READY)


class TestPlaceInQueue:
    def test_the_oldest_waiting_job_is_next(self, db):
        three = [jobs.submit(factories.make_video_file(ready=False), now=NOW + n * MINUTE) for n in (0, 1, 2)]
        assert [jobs.place_in_queue(job) for job in reversed(three)] == [3, 2, 1]

    def test_running_and_ended_jobs_stand_in_no_line(self, job):
        second = jobs.submit(factories.make_video_file(ready=False), now=NOW + MINUTE)
        claimed = jobs.claim(job.pk, now=NOW)
        assert jobs.place_in_queue(claimed) is None
        assert jobs.place_in_queue(second) == 1
        jobs.finish(claimed, State.READY)
        assert jobs.place_in_queue(fresh(job)) is None

    def test_a_job_that_waits_for_its_next_try_stands_in_no_line(self, job):
        claims.retry_later(jobs.claim(job.pk, now=NOW), reason="busy", now=NOW)
        assert jobs.place_in_queue(fresh(job), now=NOW) is None
        assert jobs.place_in_queue(fresh(job), now=NOW + MINUTE) == 1

    def test_places_of_many_take_one_query_and_none_if_nothing_waits(self, job, django_assert_num_queries):
        others = [jobs.submit(factories.make_video_file(ready=False), now=NOW + MINUTE) for _ in range(3)]
        with django_assert_num_queries(1):
            assert sorted(jobs.places_in_queue([job, *others]).values()) == [1, 2, 3, 4]
        claimed = jobs.claim(job.pk, now=NOW)
        with django_assert_num_queries(0):
            assert jobs.places_in_queue([claimed]) == {}


class TestTimeLeft:
    def running(self, job, progress):
        claimed = jobs.claim(job.pk, now=NOW)
        claimed.progress = progress
        return claimed

    def test_a_quarter_done_in_a_minute_leaves_three(self, job):
        assert jobs.time_left(self.running(job, 25), NOW + MINUTE) == 3 * MINUTE

    @pytest.mark.parametrize(("progress", "seconds"), [(0, 60), (4, 60), (50, 9), (100, 60)])
    def test_nobody_can_tell_too_early_or_at_the_end(self, job, progress, seconds):
        assert jobs.time_left(self.running(job, progress), NOW + dt.timedelta(seconds=seconds)) is None

    def test_a_waiting_job_has_no_pace(self, job):
        assert jobs.time_left(job, NOW + MINUTE) is None

    def test_a_clock_set_back_says_nothing(self, job):
        assert jobs.time_left(self.running(job, 50), NOW - MINUTE) is None


class TestProcessingFinished:
    @pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.FAILED])
    def test_the_signal_is_sent_after_the_commit(self, job, signals, state, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.finish(jobs.claim(job.pk, now=NOW), state)
            assert signals == []
        assert signals == [(job.video_file_id, state)]

    def test_stopping_sends_the_signal_of_a_failure(self, job, signals, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.cancel(job.video_file, by="Ada")
        assert signals == [(job.video_file_id, State.FAILED)]

    def test_a_lost_claim_tells_nothing(self, job, signals, django_capture_on_commit_callbacks):
        claimed = jobs.claim(job.pk, now=NOW)
        ProcessingJob.objects.update(worker="another")
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(jobs.JobLost):
            jobs.finish(claimed, State.READY)
        assert signals == []

    def test_a_receiver_that_fails_changes_nothing(self, job, signals, django_capture_on_commit_callbacks):
        def fail(sender, **kwargs):
            raise ValueError("no")

        processing_finished.connect(fail)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                jobs.finish(jobs.claim(job.pk, now=NOW), State.READY)
        finally:
            processing_finished.disconnect(fail)
        assert fresh(job).state == State.READY
        assert signals
