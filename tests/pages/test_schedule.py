"""Each page is published and unpublished on its date, whatever is wrong with another one."""

import datetime as dt
import logging

import pytest
from django.db import DatabaseError
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from tests.factories import browser, get_home, make_section, make_superuser, make_video
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.core import clock
from video_pages.models import PeriodicRun, VideoPage
from video_pages.pages import schedule
from video_pages.worker.periodic import PERIODIC_TASKS, run_due_tasks

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
BEFORE = timezone.now() + HOUR
"""The first date in a test, from which `later` is two hours away."""
TASK = [task for task in PERIODIC_TASKS if task.name == schedule.TASK]


def plan(page, *, after=dt.timedelta(0), **fields):
    """Let the content of `page` with `fields` go live at BEFORE and later."""
    for name, value in {"go_live_at": BEFORE + after, **fields}.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.fixture(autouse=True)
def nothing_logged_before():
    schedule._logged.clear()


@pytest.fixture
def section():
    return make_section("Archive")


@pytest.fixture
def blocked(section):
    """A live film with a later version, whose slug another page takes meanwhile."""
    film = make_video("Blocked", section=section)
    film.save_revision().publish()
    plan(VideoPage.objects.get(pk=film.pk), slug="b", title="The later version")
    VideoPage.objects.filter(pk=make_video("B", section=section).pk).update(slug="b")
    return film


@pytest.fixture
def later(blocked, monkeypatch):
    """The moment two hours after BEFORE, which is the present."""
    moment = BEFORE + 2 * HOUR
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def waiting(section):
    """A draft whose date is after that of the blocked film."""
    film = make_video("Waiting", section=section, live=False)
    plan(film, after=HOUR)
    return film


def live_titles():
    return set(VideoPage.objects.filter(live=True).values_list("title", flat=True))


def test_a_page_that_cannot_be_published_keeps_back_no_other(section, waiting, later, caplog):
    ended = make_video("Ended", section=section, expire_at=later - HOUR)
    with caplog.at_level(logging.WARNING, logger=schedule.__name__):
        assert run_due_tasks(now=later, tasks=TASK) == ["publish_scheduled"]
    assert live_titles() == {"Blocked", "B", "Waiting"}
    assert PeriodicRun.objects.get().last_error == "", "an editor has to mend it, no operator"
    assert "Blocked" in caplog.text and "is already in use" in caplog.text
    assert VideoPage.objects.get(pk=ended.pk).expired
    entries = PageLogEntry.objects.filter(action__in=["wagtail.publish.scheduled", "wagtail.unpublish.scheduled"])
    assert set(entries.values_list("page_id", flat=True)) == {waiting.pk, ended.pk}


def test_it_is_tried_again_and_published_once_nothing_is_in_the_way(blocked, later):
    run_due_tasks(now=later, tasks=TASK)
    assert schedule.late_revisions(later).exists()
    VideoPage.objects.filter(title="B").update(slug="a-free-one")
    run_due_tasks(now=later + HOUR, tasks=TASK)
    assert VideoPage.objects.get(pk=blocked.pk).title == "The later version"
    assert not schedule.late_revisions(later).exists()


def test_an_error_that_no_editor_can_mend_is_reported_when_all_have_been_tried(waiting, later, monkeypatch):
    def fail(revision):
        if revision.content["title"] == "The later version":
            raise DatabaseError("no room")
        revision.publish()

    monkeypatch.setattr(schedule, "_publish", fail)
    with pytest.raises(schedule.ScheduleError, match="no room"):
        schedule.run_schedule(later)
    assert "Waiting" in live_titles()


def test_a_date_that_this_machine_s_clock_has_not_reached_waits(waiting):
    schedule.run_schedule(BEFORE + 3 * HOUR)
    assert "Waiting" not in live_titles()
    assert VideoPage.objects.get(pk=waiting.pk).scheduled_revision is not None


def test_a_page_whose_end_was_put_off_meanwhile_stays(section, later, monkeypatch):
    first, second = (make_video(f"Film {number}", section=section, expire_at=later - HOUR) for number in (1, 2))
    unpublish = schedule._unpublish

    def put_off(page):
        VideoPage.objects.filter(pk=second.pk).update(expire_at=later + HOUR)
        unpublish(page)

    monkeypatch.setattr(schedule, "_unpublish", put_off)
    schedule.run_schedule(later)
    assert not VideoPage.objects.get(pk=first.pk).live and VideoPage.objects.get(pk=second.pk).live


def test_what_stays_blocked_is_logged_once_and_again_for_another_reason(blocked, later, caplog):
    with caplog.at_level(logging.WARNING, logger=schedule.__name__):
        for _minute in range(3):
            schedule.run_schedule(later)
        assert len(caplog.records) == 1
        VideoPage.objects.filter(title="B").update(slug="a-free-one")
        Revision.objects.filter(object_id=str(blocked.pk)).update(content={})
        for _minute in range(3):
            with pytest.raises(schedule.ScheduleError):
                schedule.run_schedule(later)
    warning, error = caplog.records
    assert "stays as it is, though its date has come" in warning.getMessage() and error.msg.endswith("has come.")
    assert warning.exc_info is None and error.exc_info, "only what no editor can mend has a traceback"


@pytest.mark.parametrize("run", [{}, {"last_finished_at": BEFORE}, {"last_started_at": BEFORE + HOUR, "worker": "one"}])
def test_a_date_that_came_while_no_worker_ran_is_no_fault_of_the_page(run, blocked, later):
    """The first run after it may take a while; then the page is named if it could not be published."""
    PeriodicRun.objects.create(name=schedule.TASK, **run)
    assert not schedule.late_revisions(later).exists()
    PeriodicRun.objects.update(last_started_at=later, last_finished_at=later, worker="")
    assert schedule.late_revisions(later).exists()


def test_an_error_of_another_page_hides_no_blocked_one(blocked, later):
    """A run that ends with an error has tried all pages, and has no time at which it finished."""
    PeriodicRun.objects.create(name=schedule.TASK, last_started_at=later, last_error="DatabaseError: no room")
    assert schedule.late_revisions(later).exists()


def test_the_dashboard_names_it_to_those_who_may_publish_it(blocked, section, later):
    run_due_tasks(now=later, tasks=TASK)
    publisher = make_editor_of(section, "change", "publish")
    others = [make_editor_of(section, "change", name="writer")]
    others.append(make_editor_of(make_section("Elsewhere"), "change", "publish", name="elsewhere"))
    for user, sees in ((publisher, True), (make_superuser(), True), *((user, False) for user in others)):
        shown = browser(user).get("/admin/").content.decode()
        assert ("Not published on the date" in shown) is sees, user
    link = f'href="/admin/pages/{blocked.pk}/edit/"'
    panel = browser(publisher).get("/admin/").content.decode().partition("late-pages")[2]
    assert link in panel and "after “stays as it is, though its date has come”" in panel


def test_without_such_a_page_the_dashboard_has_no_panel():
    get_home()
    assert "Not published on the date" not in browser(make_superuser()).get("/admin/").content.decode()
