"""A section like another: what a copy keeps, what it never has, and that nothing is guarded less by it."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from wagtail.models import Page, PageLogEntry, PageViewRestriction

from tests.factories import browser, get_home, make_section, make_superuser, make_user, make_video, unlock
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.effective_access import AccessMode, effective_access_of
from video_pages.access.fields import KeptColumn
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rule_models import SectionInvitationRules
from video_pages.access.set_listed import set_listed
from video_pages.core import clock
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoAccessSession, VideoIndexPage, VideoPage
from video_pages.pages import list_entries
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.intervals import ProgrammeInterval
from video_pages.search import sync
from video_pages.sections import alike
from video_pages.sections.alike import COPIED, COPIED_WITH_VIDEOS, LEFT, AlikePermissionError, MakeAlikeAction, Wishes

pytestmark = pytest.mark.django_db

NEW = "a-new-password"
FROM = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def make_alike(section, user=None, **wishes):
    wishes = {"title": "New client", "slug": "new-client", "publish": True, **wishes}
    return MakeAlikeAction(section, Wishes(**wishes), user=user).execute()


def with_all(section, user=None, **wishes):
    return make_alike(section, user, **{"with_sections": True, "with_videos": True, "password": NEW, **wishes})


def invite(section):
    Invitation.objects.create(section=section, label="Ann", token_digest="x", created_at=clock.now())


def films_of(section):
    return VideoPage.objects.descendant_of(section).order_by("path")


@pytest.fixture
def client_section():
    """A section of one client, with a password, that has something of everything."""
    return make_section(
        "Acme", password="their-password", intro="<p>Welcome</p>", order="newest", is_programme=True, listed="unlocked"
    )


class TestKeptColumns:
    def test_each_is_either_copied_or_left(self):
        for model in (VideoIndexPage, VideoPage):
            assert {field.name for field in model._meta.concrete_fields if isinstance(field, KeptColumn)} <= (
                COPIED | COPIED_WITH_VIDEOS | LEFT
            )
        assert not (COPIED | COPIED_WITH_VIDEOS) & LEFT

    def test_those_that_limit_a_section_are_kept(self, client_section):
        kept = {"listed": "nowhere", "downloads": "off", "access_minutes": 45, "opens_at": FROM, "closes_at": UNTIL}
        VideoIndexPage.objects.filter(pk=client_section.pk).update(**kept, access_until=UNTIL)
        client_section.refresh_from_db()
        film = make_video("Film", section=client_section)
        VideoPage.objects.filter(pk=film.pk).update(**kept)
        made = with_all(client_section)
        for page in (made, films_of(made).get()):
            assert {name: getattr(page, name) for name in kept} == kept
            assert page.access_until is None
        alone = make_alike(client_section, slug="alone")
        assert alone.opens_at is None and alone.closes_at is None and alone.listed == "nowhere"


def test_lists_and_search_know_at_once_where_a_copy_is_listed(client_section):
    set_listed(make_video("Nowhere", section=client_section), "nowhere")
    set_listed(make_video("For guests", section=client_section), "unlocked")
    make_video("Everywhere", section=client_section)
    made = with_all(client_section)
    pages = [made.pk, *films_of(made).values_list("pk", flat=True)]
    assert list_entries.refresh(VideoPage.objects.filter(pk__in=pages)) == 0
    assert sync.refresh(pages) == 0


class TestACopy:
    def test_has_texts_order_and_programme_of_the_other(self, client_section):
        client_section.intervals.add(ProgrammeInterval(after_film=1, minutes=5, text="Tea"))
        client_section.seo_title, client_section.search_description = "Acme films", "All of Acme"
        client_section.save()
        made = make_alike(client_section)
        assert (made.title, made.draft_title, made.slug, made.live) == ("New client", "New client", "new-client", True)
        assert (made.intro, made.order, made.is_programme) == ("<p>Welcome</p>", "newest", True)
        assert [(each.after_film, each.minutes, each.text) for each in made.intervals.all()] == [(1, 5, "Tea")]
        assert (made.seo_title, made.search_description) == ("", ""), "what search engines show names the other client"
        assert made.get_parent().pk == client_section.get_parent().pk
        assert not films_of(made).exists()

    def test_never_has_what_opens_its_original_or_what_is_known_of_people(self, client_section):
        film = make_video("Film", section=client_section)
        VideoPage.objects.filter(pk=film.pk).update(views=7, open_to_everyone=True)
        unlock(browser(), client_section, "their-password")
        invite(client_section)
        assert VideoAccessSession.objects.filter(section=client_section).exists()
        made = with_all(client_section, password="")
        copied = films_of(made).get()
        for page, original in ((made, client_section), (copied, film)):
            assert page.password_hash == "" and page.password_changed_at is None
            for relation in page._meta.related_objects:
                if relation.one_to_many and relation.get_accessor_name() in vars(type(page)):
                    rows = getattr(page, relation.get_accessor_name())
                    assert relation.name == "list_entries" or relation.field.name == "page" or not rows.exists()
            assert page.revisions.count() == 1
            assert page is copied or original.title not in str(page.latest_revision.content)
            # Wagtail's entry of a copy has the title and the place of the original in its data.
            logged = PageLogEntry.objects.filter(page=page.pk)
            assert {(entry.label, str(entry.data)) for entry in logged} == {(page.title, "{}")}
            assert LogAction.MADE_ALIKE in {entry.action for entry in logged}
        assert (copied.views, copied.open_to_everyone) == (0, False)
        assert copied.uuid != film.uuid and copied.video_file_id == film.video_file_id
        assert effective_access_of(copied).mode == AccessMode.NOBODY

    def test_takes_films_with_tags_chapters_and_order_along(self, client_section):
        below = make_section("Cuts", parent=client_section)
        films = [make_video(title, section=client_section) for title in ("Two", "One")]
        films[0].tags.add("trailer")
        films[0].chapters.add(VideoChapter(start_seconds=1, title="Begin"))
        films[0].save()
        make_video("Deep", section=below)
        made = with_all(client_section)
        assert [film.title for film in VideoPage.objects.child_of(made).order_by("path")] == ["Two", "One"]
        assert [film.title for film in films_of(made)] == ["Deep", "Two", "One"]
        copied = films_of(made).get(title="Two")
        assert copied.slug == films[0].slug and copied.live
        assert copied.tags.names()[0] == "trailer" and copied.chapters.get().title == "Begin"
        assert made.get_children().count() == made.numchild == 3
        assert Page.find_problems() == ([], [], [], [], [])

    @pytest.mark.parametrize(
        ("wishes", "expected"),
        [
            ({"with_sections": False, "with_videos": True}, {"Film"}),
            ({"with_sections": True, "with_videos": False}, {"Cuts"}),
            ({"with_sections": False, "with_videos": False}, set()),
        ],
    )
    def test_takes_along_what_was_chosen(self, client_section, wishes, expected):
        make_video("Film", section=client_section)
        make_video("Deep", section=make_section("Cuts", parent=client_section))
        made = with_all(client_section, **wishes)
        assert {page.title for page in made.get_descendants()} == expected

    def test_leaves_aliases_out(self, client_section):
        make_video("Elsewhere").create_alias(parent=client_section, update_slug="alias")
        made = with_all(client_section)
        assert not made.get_descendants().exists()
        assert alike.count_aliases(client_section, with_sections=True) == 1

    def test_as_a_draft_is_one_with_all_below(self, client_section):
        make_video("Film", section=client_section)
        made = with_all(client_section, publish=False)
        assert not made.live and made.first_published_at is None
        assert not made.get_descendants().live().exists()
        assert made.check_password(NEW)

    @pytest.mark.parametrize("end", [UNTIL, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)], ids=["to come", "past"])
    @pytest.mark.parametrize("is_live", [True, False], ids=["live", "expired"])
    def test_has_no_end_of_another_section_and_keeps_those_of_films(self, client_section, end, is_live):
        below = make_section("Cuts", parent=client_section)
        make_video("Film", section=client_section)
        for page in client_section.get_descendants(inclusive=True).specific():
            type(page).objects.filter(pk=page.pk).update(expire_at=end, live=is_live, expired=not is_live)
        client_section.refresh_from_db()
        made = with_all(client_section)
        assert made.live and VideoIndexPage.objects.child_of(made).get().title == below.title
        for section in VideoIndexPage.objects.filter(pk__in=made.get_descendants(inclusive=True)):
            draft = section.get_latest_revision_as_object()
            assert [(page.expire_at, page.expired) for page in (section, draft)] == [(None, False)] * 2
        assert films_of(made).get().expire_at == end, "a film's end limits who can watch it, as a window does"

    def test_of_a_draft_has_what_its_editors_see(self):
        template = make_section("Template", live=False, intro="<p>Begun</p>")
        template.intro = "<p>Finished</p>"
        template.save_revision()
        draft = make_video("Draft", section=template, live=False)
        made = with_all(VideoIndexPage.objects.get(pk=template.pk))
        assert made.live and made.intro == "<p>Finished</p>"
        assert not films_of(made).get().live and not draft.live

    def test_keeps_wagtails_own_restrictions_also_the_stricter_ones_below(self, client_section):
        film = make_video("Film", section=client_section)
        PageViewRestriction.objects.create(page=client_section, restriction_type="login")
        stricter = PageViewRestriction.objects.create(page=film, restriction_type="groups")
        stricter.groups.add(Group.objects.get(name="Editors"))
        made = with_all(client_section)
        assert made.view_restrictions.get().restriction_type == "login"
        copied = films_of(made).get().view_restrictions.get()
        assert copied.restriction_type == "groups" and copied.groups.get().name == "Editors"

    @pytest.mark.parametrize("where", ["section", "film"])
    def test_is_refused_whole_for_a_shared_password_that_wagtail_stored_long_ago(self, client_section, where):
        film = make_video("Film", section=client_section)
        for page in (client_section, film):
            PageViewRestriction.objects.create(page=page, restriction_type="login")
        shared = {"section": client_section, "film": film}[where].view_restrictions
        shared.update(restriction_type="password", password="shared-long-ago")
        with pytest.raises(ValidationError) as refused:
            with_all(client_section)
        assert refused.value.code == "shared_password" and not VideoIndexPage.objects.filter(slug="new-client").exists()
        if where == "film":
            assert make_alike(client_section).view_restrictions.get().restriction_type == "login"

    def test_keeps_the_rules_for_invitations(self, client_section):
        SectionInvitationRules.objects.create(section=client_section, longest_days=7, no_downloads=True)
        made = make_alike(client_section)
        assert (made.invitation_rules.longest_days, made.invitation_rules.no_downloads) == (7, True)
        assert client_section.invitation_rules.longest_days == 7

    def test_is_recorded_in_the_history_of_each_new_page(self, client_section):
        make_video("Film", section=client_section)
        user = make_superuser()
        PageLogEntry.objects.all().delete()
        made = with_all(client_section, user)
        entries = PageLogEntry.objects.filter(action=LogAction.MADE_ALIKE)
        assert {(entry.page_id, entry.user, str(entry.data)) for entry in entries} == {
            (page.pk, user, "{}") for page in made.get_descendants(inclusive=True)
        }


class TestTheGuard:
    def test_the_new_password_opens_the_copies_and_not_the_originals(self, client_section):
        film = make_video("Film", section=client_section, password=None)
        made = with_all(client_section)
        copied = films_of(made).get()
        visitor = browser()
        assert unlock(visitor, made, NEW).status_code == 303
        assert 'id="player"' in visitor.get(copied.url).content.decode()
        assert visitor.get(f"/stream/{copied.uuid}/source").status_code == 200
        assert visitor.get(f"/stream/{film.uuid}/source").status_code == 403

    @pytest.mark.parametrize("opened_by", ["password", "invitation"])
    def test_a_section_above_opens_no_copy_whose_original_it_does_not_open(self, opened_by):
        above = make_section("Clients", password="agency-password" if opened_by == "password" else None)
        if opened_by == "invitation":
            invite(above)
        section = make_section("Acme", parent=above)
        make_video("Film", section=section, password="of-its-own")
        with pytest.raises(ValidationError) as refusal:
            with_all(section, password="")
        assert refusal.value.code == "needs_password"
        assert not VideoIndexPage.objects.filter(slug="new-client").exists()
        made = with_all(section)
        assert effective_access_of(films_of(made).get()).guard.page_id == made.pk
        assert not films_of(with_all(section, password="", with_videos=False, slug="empty")).exists()

    def test_a_section_above_opens_a_copy_whose_original_it_opens(self):
        above = make_section("Clients", password="agency-password")
        section = make_section("Acme", parent=above)
        make_video("Film", section=section, password=None)
        made = with_all(section, password="")
        assert effective_access_of(films_of(made).get()).guard.page_id == above.pk

    def test_without_any_password_nobody_unlocks_it(self, client_section):
        make_video("Film", section=client_section)
        assert effective_access_of(films_of(with_all(client_section, password="")).get()).mode == AccessMode.NOBODY


class TestRefusals:
    @pytest.mark.parametrize("user", ["stranger", "editor of it alone", "contributor"])
    def test_users_without_the_rights_make_nothing(self, client_section, user):
        users = {
            "stranger": lambda: make_user("nobody"),
            "editor of it alone": lambda: make_editor_of(client_section, "add", "change", "publish"),
            "contributor": lambda: make_editor_of(get_home(), "add"),
        }
        count = Page.objects.count()
        with pytest.raises(AlikePermissionError):
            make_alike(client_section, users[user]())
        assert Page.objects.count() == count

    def test_an_editor_who_may_not_publish_makes_a_draft(self, client_section):
        user = make_editor_of(get_home(), "add", "change")
        with pytest.raises(AlikePermissionError):
            with_all(client_section, user)
        made = with_all(client_section, user, publish=False)
        assert not made.live and made.owner == user and made.check_password(NEW)

    def test_films_of_others_are_not_taken_along(self):
        user = make_editor_of(get_home(), "add")
        section = make_section("Mine", owner=user)
        make_video("Theirs", section=section)
        with pytest.raises(ValidationError) as refusal:
            with_all(section, user, publish=False)
        assert refusal.value.code == "not_yours"
        assert make_alike(section, user, publish=False).numchild == 0

    def test_an_alias_of_a_section_is_not_copied(self, client_section):
        alias = client_section.create_alias(parent=make_section(), update_slug="alias")
        with pytest.raises(AlikePermissionError):
            make_alike(alias, make_superuser())

    def test_more_pages_than_one_transaction_copies(self, client_section, monkeypatch):
        monkeypatch.setattr(alike, "MOST_PAGES", 2)
        for _number in range(2):
            make_video(section=client_section)
        with pytest.raises(ValidationError) as refusal:
            with_all(client_section)
        assert refusal.value.code == "too_many"
        assert not VideoIndexPage.objects.filter(slug="new-client").exists()

    def test_a_password_that_is_too_short_leaves_nothing(self, client_section):
        with pytest.raises(ValidationError):
            with_all(client_section, password="short")
        assert not VideoIndexPage.objects.filter(slug="new-client").exists()
