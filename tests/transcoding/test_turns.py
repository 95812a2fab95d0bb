"""The order of the queue: what makes a film playable goes first, and sections take turns."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Collection

from tests import factories
from video_pages.models import ProcessingJob
from video_pages.transcoding import claims, jobs
from video_pages.transcoding.models import Stage

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECOND = dt.timedelta(seconds=1)
BOTH = tuple(Stage)


@pytest.fixture
def submit():
    """A function: `submit("section", …)` submits a file of each section, a second after the one before."""
    sections, number = {}, 0

    def submit_files(*names):
        nonlocal number
        made = []
        for name in names:
            if name not in sections:
                sections[name] = Collection.get_first_root_node().add_child(name=name)
            number += 1
            file = factories.make_video_file(ready=False, collection=sections[name])
            made.append(jobs.submit(file, now=NOW - dt.timedelta(hours=1) + number * SECOND))
        return made

    return submit_files


def order(stages=BOTH):
    """Claim and end one job after the other; return the ids in that order."""
    claimed = []
    while job := claims.claim_next(stages, now=NOW):
        claimed.append(job)
        claims.finish(job, "ready", now=NOW)
    return [job.pk for job in claimed]


def test_one_upload_does_not_wait_for_the_fifty_of_another_section(submit):
    """One worker that begins a job when the one before has ended, as with the settings of `make run`."""
    many = submit(*["fair"] * 50)
    for expected in many[:2]:
        job = claims.claim_next(BOTH, now=NOW)
        assert job.pk == expected.pk
        claims.finish(job, "ready", now=NOW)
    (one,) = submit("other")
    assert one.pk in order()[:2]


def test_upload_of_another_section_is_next_while_a_film_of_the_first_is_processed(submit):
    submit(*["fair"] * 3)
    claims.claim_next(BOTH, now=NOW)
    (one,) = submit("other")
    assert claims.claim_next(BOTH, now=NOW).pk == one.pk


def test_sections_take_turns_and_files_of_one_section_stay_in_order(submit):
    a1, a2, a3, b1, c1, b2 = submit("a", "a", "a", "b", "c", "b")
    in_turn = [job.pk for job in (a1, b1, c1, a2, b2, a3)]
    assert jobs.places_in_queue([a1, a2, a3, b1, c1, b2], now=NOW) == {
        job_id: place for place, job_id in enumerate(in_turn, start=1)
    }
    assert order() == in_turn


def test_ladders_take_turns_too(submit):
    a1, a2, b1 = submit("a", "a", "b")
    for job in (a1, a2, b1):
        claims.pass_on(claims.claim(job.pk, now=NOW), now=NOW)
    assert order() == [a1.pk, b1.pk, a2.pk]


def test_film_that_cannot_be_played_yet_goes_before_every_ladder(submit):
    first, second = submit("a", "b")
    ProcessingJob.objects.update(stage=Stage.LADDER)
    (new,) = submit("a")
    assert jobs.place_in_queue(new, now=NOW) == 1
    assert order() == [new.pk, first.pk, second.pk]


def test_worker_takes_work_of_its_own_queues_only(submit):
    first, second = submit("a", "b")
    ProcessingJob.objects.filter(pk=first.pk).update(stage=Stage.LADDER)
    assert order([Stage.PLAYABLE]) == [second.pk]
    assert order([Stage.PLAYABLE]) == []
    assert order([Stage.LADDER]) == [first.pk]


def test_places_are_found_by_one_query_however_many_wait(submit, django_assert_num_queries):
    (job,) = submit("a")
    submit(*["a"] * 30)
    with django_assert_num_queries(1):
        assert jobs.place_in_queue(job, now=NOW) == 1


def test_claim_needs_three_queries_however_many_wait(submit, django_assert_num_queries):
    submit(*["a"] * 30)
    with django_assert_num_queries(3):
        assert claims.claim_next(BOTH, now=NOW)
