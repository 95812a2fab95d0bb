"""Prepared queries of lists: the rows are those of the queryset, whatever a viewer has unlocked and sections hide."""

import datetime as dt
import random

import pytest
from wagtail.models import PageViewRestriction

from home.menus import MENUS
from tests.factories import PASSWORD, get_home, make_section, make_video, make_video_file
from video_pages.access import listed as listed_module
from video_pages.access import passwords
from video_pages.access.browser import Browser
from video_pages.access.grant import grant
from video_pages.access.guard import guard_of, prefixes
from video_pages.access.listed import viewer_with
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.access.visitor import Visitor
from video_pages.core import clock, path_range
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages import list_queries, viewer_queries
from video_pages.pages.list_pages import in_order, keys_of
from video_pages.pages.navigation import ANCESTORS, LISTED, neighbours
from video_pages.pages.newest import newest_below
from video_pages.pages.querysets import Order
from video_pages.pages.viewer_queries import ViewerQuery

pytestmark = pytest.mark.django_db
SOAK = pytest.mark.soak
CHOICES = [Listed.EVERYWHERE] * 5 + [Listed.UNLOCKED] * 4 + [Listed.NOWHERE]


def listed(viewer, pk, *, model):
    return model.objects.filter(pk__gte=pk).listed_to(viewer).order_by("pk").values_list("pk")


def assert_same(query, viewer, *values, **fixed):
    """Compare the rows of a ViewerQuery, compiled and asked again, with those of its queryset; return them."""
    expected = list(query._build(viewer, *values, **fixed))
    for _ in range(2):
        assert query.rows(viewer, *values, **fixed) == expected
    return expected


def make_tree(seed):
    """Make sections and videos of each kind: drafts, ended ones, hidden, guarded, private ones, and aliases."""
    chance = random.Random(seed)  # noqa: S311 - trees, not secrets
    file, now = make_video_file(), clock.now()
    sections, videos, guards = [make_section()], [], []
    for number in range(24):
        below = VideoIndexPage.objects.get(pk=chance.choice(sections).pk)
        fields = {"live": chance.random() < 0.95, "expire_at": now if chance.random() < 0.05 else None}
        if number % 2:
            sections.append(make_section(parent=below, **fields))
        else:
            videos.append(make_video(section=below, password=None, video_file=file, **fields))
    for page in [*sections[1:], *videos]:
        set_listed(page, chance.choice(CHOICES))
        if chance.random() < 0.4:
            passwords.set_password(page, PASSWORD)
            guards.append(page)
    for page in chance.sample(videos, 2):
        target = VideoIndexPage.objects.get(pk=chance.choice(sections).pk)
        page.create_alias(parent=target, update_slug=f"alias-{page.pk}")
    for page, kind in zip(chance.sample([*sections[1:], *videos], 2), ("login", "groups"), strict=True):
        PageViewRestriction.objects.create(page=page, restriction_type=kind)
    return guards


def compare_lists(section, viewer):
    """Compare the lists of a page, as prepared queries give them, with the querysets that say what they show."""
    shown = VideoPage.objects.listed_to(viewer, below=section)
    below = VideoIndexPage.objects.child_of(section).listed_to(viewer, below=section).order_by("path")
    expected = list(below.with_video_count(shown).with_cover(shown).values_list("pk", "video_count", "cover_id"))
    found = list_queries.sections_in(section, section, viewer)
    assert [(each.pk, each.video_count, each.cover_id) for each in found] == expected
    newest = list_queries.newest_videos(section, viewer, 100)
    assert newest == list(newest_below(viewer, *path_range.below(section.path)))
    assert set(newest) <= set(VideoPage.objects.descendant_of(section).listed_to(viewer))
    for order in Order.values if isinstance(section, VideoIndexPage) else ():
        expected = list(in_order(VideoPage.objects.in_lists(viewer, section=section, below=section), order))
        fetch = list_queries.videos_of(section, section, viewer, order, size=99)
        assert fetch((), False) == expected and fetch((), True) == expected[::-1]
        assert set(expected) <= set(shown)
        section.order = order
        for place, video in list(enumerate(expected))[:2]:
            keys = keys_of(video, order)
            before, after = expected[:place][::-1], expected[place + 1 :]
            assert fetch(keys, False) == after and fetch(keys, True) == before
            found = neighbours(video, section, viewer)
            assert found == (before[0] if before else None, after[0] if after else None)


def viewers(guards, *, singles):
    """Return Viewers: of browsers that have unlocked nothing, some pages, and all, with one key and with several.

    `singles` is how many of them have unlocked one page.
    """
    end = clock.now() + dt.timedelta(hours=1)
    keys = []
    for number, page in enumerate(guards):
        keys.append(f"key{number}")
        grant(guard_of(page), Visitor(Browser((keys[-1],))), expires_at=end)
    some = [(), *((key,) for key in keys[:singles]), tuple(keys[::2]), tuple(keys[1::2]), tuple(keys), ("unknown",)]
    found = [viewer_with(each) for each in some]
    return [*found, viewer_with(tuple(keys), now=end + dt.timedelta(1)), found[-2].as_anyone()]


@pytest.fixture(params=["short", "long"])
def lists_of_sections(request, monkeypatch):
    """Few narrow sections, which a Viewer names; or many, for which it leaves a condition."""
    if request.param == "long":
        monkeypatch.setattr(listed_module, "MOST_LISTED_PATHS", 0)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("seed", "singles"), [(1, 2), pytest.param(1, None, marks=SOAK), pytest.param(3, None, marks=SOAK)]
)
def test_rows_are_those_of_the_queryset_for_each_viewer(seed, singles, lists_of_sections):
    """Each viewer asks about a third of the pages, another than the one before; in `make soak` about all."""
    parts = 1 if singles is None else 3
    home, chance = get_home(), random.Random(seed)  # noqa: S311 - a sample, not a secret
    generic, seen = ViewerQuery(listed), set()
    found = viewers(make_tree(seed), singles=singles)
    pages = {model: list(model.objects.all()) for model in (VideoPage, VideoIndexPage)}
    sections = pages[VideoIndexPage]
    paths = tuple(section.path for section in sections)
    ancestors = sorted({tuple(prefixes(page.path)[1:-1]) for model in pages for page in pages[model]})
    for number, viewer in enumerate(found):
        part = slice(number % parts, None, parts)
        assert_same(MENUS, viewer, root_path=home.path, depth=home.depth + 1)
        for model, kind in ((VideoPage, "video"), (VideoIndexPage, "section")):
            rows = assert_same(generic, viewer, 0, model=model)
            seen.add(tuple(rows))
            for page in pages[model][part]:
                assert bool(assert_same(LISTED, viewer, page.pk, kind=kind)) == ((page.pk,) in rows)
        for above in ancestors[part]:
            assert_same(ANCESTORS, viewer, above)
        listed_sections = VideoIndexPage.objects.filter(path__in=paths).listed_to(viewer)
        assert set(list_queries.listed_sections(paths, viewer)) == set(listed_sections)
        for section in [home, *chance.sample(sections, 4 if parts == 1 else 2)]:
            compare_lists(section, viewer)
    assert len(seen) > 5  # the viewers differ


def test_a_section_that_becomes_hidden_is_hidden_in_the_next_query():
    query = ViewerQuery(listed)
    video = make_video(section=make_section())
    section = video.get_parent().specific
    assert (video.pk,) in query.rows(viewer_with(), 0, model=VideoPage)
    for choice in (Listed.UNLOCKED, Listed.NOWHERE, Listed.EVERYWHERE):
        set_listed(section, choice)
        assert ((video.pk,) in query.rows(viewer_with(), 0, model=VideoPage)) is (choice == Listed.EVERYWHERE)
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert (video.pk,) not in query.rows(viewer_with(), 0, model=VideoPage)


def test_a_page_past_its_end_is_not_listed_by_a_text_compiled_before():
    query = ViewerQuery(listed)
    now = clock.now()
    video = make_video(expire_at=now + dt.timedelta(minutes=1))
    assert (video.pk,) in query.rows(viewer_with(now=now), 0, model=VideoPage)
    assert (video.pk,) not in query.rows(viewer_with(now=now + dt.timedelta(minutes=2)), 0, model=VideoPage)


def test_viewers_with_the_same_facts_share_a_text():
    built = []

    def build(viewer, pk):
        built.append(pk)
        return listed(viewer, pk, model=VideoPage)

    query = ViewerQuery(build)
    make_section()
    query.rows(viewer_with(), 1)
    built.clear()
    query.rows(viewer_with(), 2)
    assert not built


def test_texts_for_many_facts_are_not_kept(monkeypatch):
    monkeypatch.setattr(viewer_queries, "MAX_SHAPES", 2)
    query = ViewerQuery(listed)
    video = make_video()
    for path in ("0009", "0008", "0007", "0006"):
        viewer = listed_module.Viewer(clock.now(), private=(path,))
        assert query.rows(viewer, video.pk, model=VideoPage) == [(video.pk,)]
    assert len(query._prepared) <= 2


def test_a_path_below_a_value_is_refused():
    query = ViewerQuery(lambda viewer, path: VideoPage.objects.filter(path__startswith=path).values_list("pk"))
    with pytest.raises(ValueError, match="changes its values"):
        query.rows(viewer_with(), "0001")
