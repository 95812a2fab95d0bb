"""The periodic work: due when it should be, once for all workers, and each failure alone."""

import datetime as dt
import itertools
import os
import threading
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.utils import timezone

from tests import factories
from video_pages.library import identity, local_files, scratch
from video_pages.library.identity import LibraryState
from video_pages.library.storage import StorageAway
from video_pages.models import PeriodicRun, ProcessingJob, VideoAccessSession, VideoPage, WorkerHeartbeat
from video_pages.transcoding import jobs
from video_pages.transcoding.workspace import workspace
from video_pages.worker import periodic
from video_pages.worker.loop import Worker
from video_pages.worker.periodic import PERIODIC_TASKS, PeriodicTask, run_due_tasks

NOW = timezone.now()
HOUR = dt.timedelta(hours=1)


def counting(calls, name="count", every=HOUR):
    return PeriodicTask(name, every, calls.append)


@pytest.mark.django_db
class TestWhen:
    def test_first_run_is_due_at_once_and_the_next_after_its_time(self):
        calls = []
        work = [counting(calls)]
        assert run_due_tasks(now=NOW, tasks=work) == ["count"]
        assert run_due_tasks(now=NOW + HOUR - dt.timedelta(seconds=1), tasks=work) == []
        assert run_due_tasks(now=NOW + HOUR, tasks=work) == ["count"]
        assert calls == [NOW, NOW + HOUR]

    def test_clock_that_was_set_back_does_not_stop_the_work(self):
        calls = []
        run_due_tasks(now=NOW, tasks=[counting(calls)])
        run_due_tasks(now=NOW - dt.timedelta(days=400), tasks=[counting(calls)])
        assert len(calls) == 2

    def test_run_is_recorded(self):
        run_due_tasks(now=NOW, tasks=[counting([])])
        row = PeriodicRun.objects.get()
        assert (row.name, row.last_started_at, row.last_finished_at, row.last_error) == ("count", NOW, NOW, "")

    def test_error_is_recorded_and_the_other_tasks_go_on(self):
        def fail(now):
            raise ValueError("the disk is on fire")

        calls = []
        run_due_tasks(now=NOW, tasks=[PeriodicTask("bad", HOUR, fail), counting(calls)])
        row = PeriodicRun.objects.get(name="bad")
        assert row.last_error == "ValueError: the disk is on fire"
        assert row.last_finished_at is None
        assert calls == [NOW]

    def test_an_error_is_logged_once_until_it_changes_or_ends(self, caplog):
        def run(error):
            def work(now):
                if error:
                    raise ValueError(error)

            run_due_tasks(now=next(moments), tasks=[PeriodicTask("bad", HOUR, work)])

        moments = (NOW + number * HOUR for number in itertools.count())
        for error in ("no room", "no room", "no disk", "no disk", "", "no disk"):
            run(error)
        logged = [record.exc_info[1].args for record in caplog.records if record.exc_info]
        assert logged == [("no room",), ("no disk",), ("no disk",)]

    def test_error_is_forgotten_after_a_good_run(self):
        PeriodicRun.objects.create(name="count", last_error="KeyError")
        run_due_tasks(now=NOW, tasks=[counting([])])
        assert PeriodicRun.objects.get().last_error == ""


@pytest.mark.django_db(transaction=True)
def test_several_workers_run_each_periodic_task_once_without_a_database_error():
    calls, errors, everybody = [], [], threading.Barrier(6)

    def work():
        have_read = False

        def watch(execute, *arguments):
            nonlocal have_read
            try:
                result = execute(*arguments)
            except DatabaseError as error:
                errors.append(error)
                raise
            if not have_read:
                have_read = True
                everybody.wait(60)  # all of them have seen that the rows are missing
            return result

        with connection.execute_wrapper(watch):
            try:
                run_due_tasks(now=NOW, tasks=[counting(calls), counting(calls, "other")])
            finally:
                connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 2
    assert errors == []


@pytest.mark.django_db
class TestWhoRunsIt:
    def die_in_the_middle(self, worker, at=NOW):
        def die(now):
            raise SystemExit  # not an Exception: nothing is recorded, as after kill -9

        with pytest.raises(SystemExit):
            run_due_tasks(now=at, tasks=[PeriodicTask("count", HOUR, die)], worker=worker)

    def test_task_of_a_worker_that_died_is_taken_over_at_once(self):
        calls = []
        self.die_in_the_middle("first")
        assert run_due_tasks(now=NOW, tasks=[counting(calls)], worker="second") == ["count"]
        assert PeriodicRun.objects.get().worker == ""

    def test_task_of_a_worker_that_is_alive_is_left_to_it(self):
        WorkerHeartbeat.objects.create(worker="first", renewed_at=NOW)
        self.die_in_the_middle("first")
        assert run_due_tasks(now=NOW + dt.timedelta(seconds=30), tasks=[counting([])], worker="second") == []
        assert run_due_tasks(now=NOW + dt.timedelta(seconds=90), tasks=[counting([])], worker="second") == ["count"]

    def test_task_that_runs_longer_than_its_interval_is_not_begun_beside_itself(self):
        WorkerHeartbeat.objects.create(worker="first", renewed_at=NOW + HOUR)
        self.die_in_the_middle("first")
        assert run_due_tasks(now=NOW + HOUR, tasks=[counting([])], worker="second") == []
        later = NOW + periodic.HANGS_AFTER
        WorkerHeartbeat.objects.update(renewed_at=later)
        assert run_due_tasks(now=later, tasks=[counting([])], worker="second") == ["count"]

    def test_worker_that_could_not_record_the_end_goes_on_at_the_next_time(self):
        WorkerHeartbeat.objects.create(worker="first", renewed_at=NOW + HOUR)
        self.die_in_the_middle("first")
        assert run_due_tasks(now=NOW, tasks=[counting([])], worker="first") == []
        assert run_due_tasks(now=NOW + HOUR, tasks=[counting([])], worker="first") == ["count"]

    def test_worker_that_was_suspended_does_not_end_the_run_of_its_successor(self):
        def be_suspended(now):
            PeriodicRun.objects.update(worker="second", last_started_at=NOW + HOUR)

        run_due_tasks(now=NOW, tasks=[PeriodicTask("count", HOUR, be_suspended)], worker="first")
        assert (PeriodicRun.objects.get().worker, PeriodicRun.objects.get().last_finished_at) == ("second", None)

    def test_task_that_failed_waits_for_its_time(self):
        def fail(now):
            raise ValueError("no")

        run_due_tasks(now=NOW, tasks=[PeriodicTask("count", HOUR, fail)], worker="first")
        assert run_due_tasks(now=NOW, tasks=[counting([])], worker="second") == []

    def test_query_count_does_not_grow_with_the_number_of_tasks(self, django_assert_num_queries):
        run_due_tasks(now=NOW, tasks=PERIODIC_TASKS)
        with django_assert_num_queries(1):
            run_due_tasks(now=NOW, tasks=PERIODIC_TASKS)


@pytest.mark.django_db
class TestTasks:
    def test_all_run_without_error_on_an_empty_site(self):
        assert len(run_due_tasks(now=NOW)) == len(PERIODIC_TASKS)
        assert not PeriodicRun.objects.exclude(last_error="").exists()

    def test_pages_are_published_each_minute_and_sessions_cleared_daily(self):
        every = {task.name: task.every for task in PERIODIC_TASKS}
        assert every["publish_scheduled"] == dt.timedelta(minutes=1)
        assert every["purge_access_sessions"] == HOUR
        assert every["clearsessions"] == dt.timedelta(days=1)

    def test_page_whose_time_has_come_is_published_and_keeps_its_password(self, monkeypatch):
        page = factories.make_video(live=False)
        later = timezone.now() + 2 * HOUR
        page.go_live_at = later - HOUR
        page.save_revision().publish()
        assert not VideoPage.objects.get(pk=page.pk).live
        monkeypatch.setattr(timezone, "now", lambda: later)
        periodic.schedule.run_schedule(later)
        page = VideoPage.objects.get(pk=page.pk)
        assert page.live
        assert page.check_password(factories.PASSWORD)

    def test_expired_access_is_removed_and_valid_access_kept(self):
        video = factories.make_video()
        for key, expires_at in (("old", NOW - HOUR), ("new", NOW + HOUR)):
            VideoAccessSession.objects.create(video=video, session_key=key, created_at=NOW, expires_at=expires_at)
        periodic.purge_access_sessions(NOW)
        assert [row.session_key for row in VideoAccessSession.objects.all()] == ["new"]

    def test_expired_sessions_are_cleared(self):
        Session.objects.create(session_key="old", session_data="", expire_date=NOW - HOUR)
        Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + HOUR)
        periodic.clear_sessions(NOW)
        assert [row.session_key for row in Session.objects.all()] == ["new"]

    def test_file_that_nobody_submitted_is_submitted(self):
        factories.make_video_file(ready=False)
        periodic.submit_forgotten_files(timezone.now() + HOUR)
        assert ProcessingJob.objects.count() == 1

    def test_leftovers_of_killed_processes_are_removed(self, settings):
        arriving = settings.FILE_UPLOAD_TEMP_DIR / "arriving-x.upload"
        arriving.write_bytes(b"half a film")
        with workspace() as space:
            (space.root / scratch.LOCK).unlink()
            for path in (arriving, space.root):
                os.utime(path, (1000, 1000))
            periodic.remove_stale_files(NOW)
            assert not arriving.exists()
            assert not space.root.exists()

    def test_leftovers_on_the_disk_are_removed_while_a_bucket_is_away(self, monkeypatch):
        monkeypatch.setattr(identity, "state", lambda: LibraryState.AWAY)
        monkeypatch.setattr(local_files, "abort_unfinished", mock.Mock(side_effect=StorageAway))
        with workspace() as space:
            (space.root / scratch.LOCK).unlink()
            os.utime(space.root, (1000, 1000))
            Worker()._run_periodic()
            assert not space.root.exists()
            monkeypatch.setattr(identity, "state", lambda: LibraryState.OURS)
            names = run_due_tasks(now=timezone.now() + 2 * HOUR, tasks=PERIODIC_TASKS)
        assert "remove_unfinished_objects" in names
        assert "StorageAway" in PeriodicRun.objects.get(name="remove_unfinished_objects").last_error

    def test_each_worker_removes_the_leftovers_of_its_machine_and_no_other_does(self, settings, tmp_path):
        machines = [tmp_path / "one", tmp_path / "two"]
        leftovers = []
        for root in machines:
            (root / "tmp").mkdir(parents=True)
            leftovers.append(root / "tmp" / "arriving-x.upload")
            leftovers[-1].write_bytes(b"half a film")
            os.utime(leftovers[-1], (1000, 1000))
        for number, root in enumerate(machines):
            settings.PROTECTED_ROOT, settings.FILE_UPLOAD_TEMP_DIR = root, root / "tmp"
            assert leftovers[number].exists(), "the worker of the other machine has not removed it"
            Worker()._run_periodic()
            assert not leftovers[number].exists()

    def test_a_disk_that_fails_stops_no_periodic_task(self, settings, tmp_path):
        (tmp_path / "tmp").write_text("no directory")
        settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
        Worker()._run_periodic()
        assert PeriodicRun.objects.get(name="sum_figures").last_finished_at

    def test_workspace_of_the_longest_run_is_left_alone(self, settings):
        settings.SANDBOX_WALL_SECONDS = 2 * 3600
        with workspace() as space:
            (space.root / scratch.LOCK).unlink()
            for hours, is_kept in ((2.5, True), (3.5, False)):
                began = (NOW - hours * HOUR).timestamp()
                os.utime(space.root, (began, began))
                periodic.remove_stale_files(NOW)
                assert space.root.exists() == is_kept

    def test_failed_job_is_not_submitted_again(self):
        job = jobs.submit(factories.make_video_file(ready=False))
        jobs.finish(jobs.claim(job.pk), "failed")
        periodic.submit_forgotten_files(timezone.now() + HOUR)
        assert ProcessingJob.objects.get().state == "failed"
