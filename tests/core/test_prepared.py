"""Prepared queries: what the queryset gives, compiled once; and values that a text can't take are refused at once."""

import datetime as dt
import uuid

import pytest
from django.db.models import Q

from tests.factories import make_section, make_video
from video_pages.core import prepared
from video_pages.core.prepared import MAX_VALUES, PreparedModel, PreparedQuery
from video_pages.models import Guess, ProcessingJob, VideoFile, VideoPage

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def build_by_ids(ids):
    return VideoPage.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "uuid", "live", "first_published_at")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_are_those_of_the_queryset(count):
    ids = tuple(make_video().pk for _ in range(4))[:count]
    question = PreparedQuery(build_by_ids)
    for _ in range(2):  # compiled, then asked again
        rows = question.rows(ids)
        assert rows == list(build_by_ids(ids)) and len(rows) == count
    uuids = [type(row[1]) for row in rows]
    assert uuids == [uuid.UUID] * count and all(row[2] is True and row[3].tzinfo for row in rows)


def test_each_question_gets_its_own_values():
    first, second = make_video(), make_video()
    question = PreparedQuery(build_by_ids)
    asked = [question.rows((video.pk,))[0][0] for video in (first, second, first)]
    assert asked == [first.pk, second.pk, first.pk]


def test_a_text_is_compiled_once_for_each_length_of_a_list():
    built = []

    def build(ids):
        built.append(ids)
        return build_by_ids(ids)

    question = PreparedQuery(build)
    for ids in ((1,), (1, 2), ()):
        question.rows(ids)
    built.clear()
    for ids in ((2,), (3, 4), ()):
        question.rows(ids)
    assert not built


def test_a_long_list_is_asked_without_keeping_its_text():
    video = make_video()
    question = PreparedQuery(build_by_ids)
    assert question.rows((video.pk, *range(10**6, 10**6 + MAX_VALUES)))[0][0] == video.pk
    assert not question._compiled


def test_nothing_is_found_in_an_empty_list():
    make_video()
    assert PreparedQuery(build_by_ids).rows(()) == []


def test_times_and_texts_are_compared_as_the_queryset_compares_them():
    def build(since, until, clients):
        found = Guess.objects.filter(Q(client__in=clients) | Q(guard="video:2"), made_at__gt=since, made_at__lte=until)
        return found.order_by("pk").values_list("guard", "client", "made_at", "is_pending")

    for number, minutes in enumerate((0, 1, 2, 3)):
        moment = NOW + dt.timedelta(minutes=minutes)
        Guess.objects.create(guard=f"video:{number}", client=f"a'{number}", made_at=moment, is_pending=number == 1)
    question = PreparedQuery(build)
    for since, until, clients in (
        (NOW, NOW + dt.timedelta(minutes=3), ("a'1",)),
        (NOW - dt.timedelta(1), NOW, ("a'0",)),
        (NOW - dt.timedelta(1), NOW + dt.timedelta(1), ()),
        (NOW, NOW, ("a'0", "a'3")),
    ):
        assert question.rows(since, until, clients) == list(build(since, until, clients))


@pytest.mark.parametrize(
    ("build", "value"),
    [
        (lambda text: Q(slug__startswith=text), "a"),
        (lambda path: Q(path__startswith=path), "0001"),
        (lambda number: Q(pk=number + 1), 1),
        (lambda moment: Q(expire_at__lte=moment + dt.timedelta(1)), NOW),
        (lambda text: Q(slug=text) & Q(title__startswith=text), "a"),
        (lambda text: Q(slug=text[:1]) | Q(slug=text), "a"),
        (lambda text: Q(live=True), "a"),
    ],
)
@pytest.mark.parametrize("optional", [0, 1])
def test_a_lookup_that_changes_its_value_or_leaves_it_out_is_refused_when_it_is_compiled(build, value, optional):
    question = PreparedQuery(lambda given: VideoPage.objects.filter(build(given)).values_list("pk"), optional=optional)
    if optional and build(value) == Q(live=True):
        assert question.rows(value) == []
        return
    with pytest.raises(ValueError, match="changes its values"):
        question.rows(value)


def test_a_query_keeps_a_limited_number_of_texts(monkeypatch):
    monkeypatch.setattr(prepared, "MAX_TEXTS", 3)
    video = make_video()
    question = PreparedQuery(build_by_ids)
    for length in range(1, 9):
        assert question.rows((video.pk,) * length)[0][0] == video.pk
    assert len(question._compiled) <= 3


def test_a_relation_of_a_relation_is_read_in_the_same_query(django_assert_num_queries):
    page = make_video()
    ProcessingJob.objects.get_or_create(video_file=page.video_file)
    with django_assert_num_queries(1):
        found = PreparedModel(VideoPage, related=["video_file", "video_file__job"]).get(page.pk)
        assert found.video_file.job.video_file == page.video_file
    VideoFile.objects.filter(pk=page.video_file_id).delete()
    found = PreparedModel(VideoPage, related=["video_file", "video_file__job"]).get(page.pk)
    assert found.video_file is None


def test_a_row_becomes_the_same_instance_as_by_the_queryset(django_assert_num_queries):
    page = make_video()
    by_uuid = PreparedModel(VideoPage, "uuid", related=["video_file"])
    with django_assert_num_queries(1):
        found = by_uuid.get(page.uuid)
        file = found.video_file
    expected = VideoPage.objects.select_related("video_file").get(pk=page.pk)
    for ours, theirs in ((found, expected), (file, expected.video_file)):
        names = [field.attname for field in theirs._meta.concrete_fields]
        assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
        assert type(ours) is type(theirs) and ours._state.db == "default" and not ours._state.adding
    assert not found.get_deferred_fields()


def test_a_missing_row_and_a_missing_relation_are_none():
    page = make_video()
    VideoFile.objects.all().delete()
    found = PreparedModel(VideoPage, related=["video_file"]).get(page.pk)
    assert found.video_file is None
    assert PreparedModel(VideoPage).get(make_section().pk) is None


def test_columns_that_are_not_named_are_read_when_they_are_needed(django_assert_num_queries):
    video = make_video("A title")
    few = PreparedModel(
        VideoPage, related=["video_file"], only={"": ["id", "title", "page_ptr_id"], "video_file": ["id", "type"]}
    )
    found = few.get(video.pk)
    with django_assert_num_queries(0):
        assert (found, found.title, found.video_file) == (video, "A title", video.video_file)
    with django_assert_num_queries(1):
        assert found.slug == video.slug
    assert found.video_file.title == video.video_file.title
