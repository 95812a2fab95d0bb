"""See a page as a stranger, as the holder of an invitation, as an editor of its section: whose view, and for whom."""

import datetime as dt
import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import signing
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, PageViewRestriction

from tests import factories
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.invitations.models import Invitation, InvitationRefusal
from video_pages.access.models import Listed, VideoAccessSession
from video_pages.access.set_listed import set_listed
from video_pages.core import clock
from video_pages.models import VideoView
from video_pages.sections.editors import set_section_editors
from video_pages.wagtail_admin.see_as.seeing import As, Seeing

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factories.make_superuser()


@pytest.fixture
def client(owner):
    return factories.browser(owner)


def choices(client, page):
    """Return {kind: [address]} that the screen offers."""
    html = client.get(reverse("video_see_as", args=(page.pk,))).content.decode()
    found = {}
    for address, kind in re.findall(r'href="([^"]+)"[^>]*data-see-as="(\w+)"', html):
        found.setdefault(kind, []).append(unescape(address).removeprefix("http://localhost"))
    return found


def seen(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestStranger:
    def test_sees_the_form_and_no_address_of_the_film(self, client):
        video = factories.make_video()
        page = seen(client, choices(client, video)["stranger"][0])
        assert "You see this page as a stranger sees it." in page
        assert 'name="password"' in page
        assert f"/stream/{video.uuid}" not in page
        assert "Edit this page" not in page

    def test_the_editor_stays_signed_in_and_nothing_is_written(self, client):
        video = factories.make_video()
        address = choices(client, video)["stranger"][0]
        before = dict(client.session.items())
        response = client.get(address)
        assert "sessionid" not in response.cookies
        assert dict(client.session.items()) == before
        assert "no-store" in response["Cache-Control"]
        assert "Edit this page" in seen(client, video.url)
        assert client.get(reverse("wagtailadmin_home")).status_code == 200
        assert not VideoAccessSession.objects.exists()
        assert not VideoView.objects.exists()

    def test_an_access_of_the_editors_browser_is_not_seen(self, client):
        video = factories.make_video()
        factories.unlock(client, video)
        assert 'name="password"' in seen(client, choices(client, video)["stranger"][0])

    def test_a_section_shows_its_cards_locked(self, client):
        section = factories.make_section(password="a section's password")
        factories.make_video(section=section, password=None)
        page = seen(client, choices(client, section)["stranger"][0])
        assert "as a stranger" in page
        assert 'name="password"' in page

    def test_a_private_page_is_refused_and_says_so(self, client):
        video = factories.make_video()
        PageViewRestriction.objects.create(page=video, restriction_type="login")
        response = client.get(choices(client, video)["stranger"][0])
        assert response.status_code == 403
        assert "as a stranger" in response.content.decode()

    def test_a_password_that_is_posted_opens_nothing(self, client):
        video = factories.make_video()
        response = client.post(choices(client, video)["stranger"][0], {"password": factories.PASSWORD})
        assert response.status_code == 302
        assert not VideoAccessSession.objects.exists()


class TestForWhom:
    def test_it_is_for_one_user_one_page_and_some_minutes(self, client, owner, monkeypatch):
        video, other = factories.make_video(), factories.make_video()
        address = choices(client, video)["stranger"][0]
        query = address.partition("?")[2]
        another = factories.browser(factories.make_superuser("another"))
        refused = [another.get(address), factories.browser().get(address), client.get(f"{other.url}?{query}")]
        refused += [client.get(f"{video.url}?see-as=x"), client.get(f"{address}x")]
        now = signing.time.time()
        monkeypatch.setattr(signing.time, "time", lambda: now + 16 * 60)
        refused.append(client.get(address))
        for response in refused:
            assert response.status_code == 302
            assert "?" not in response.url

    def test_who_may_not_edit_the_page_has_neither_the_screen_nor_the_view(self):
        section = factories.make_section()
        video = factories.make_video(section=section)
        stranger = factories.make_user("eve")
        set_section_editors(factories.make_section(), people=[stranger])
        client = factories.browser(get_user_model().objects.get(pk=stranger.pk))
        assert client.get(reverse("video_see_as", args=(video.pk,))).status_code in (302, 403)
        response = client.get(Seeing(stranger.pk, video.pk, As.STRANGER).address(video.url))
        assert (response.status_code, response.url) == (302, video.url)


class TestInvited:
    def test_sees_the_player_until_the_invitation_ends(self, client, owner):
        video = factories.make_video()
        ends = clock.now() + dt.timedelta(days=2)
        invitation, _secret = create_invitation(
            video, kind="link", label="Jury B", ends_at=ends, allows_download=True, user=owner
        )
        address = choices(client, video)["invited"][0]
        page = seen(client, address)
        assert "with the invitation “Jury B”" in page
        assert f"/stream/{video.uuid}/source" in page
        assert f"/stream/{video.uuid}/download" in page
        assert "Edit this page" not in page
        assert not VideoAccessSession.objects.exists()
        end_invitation(invitation, user=owner)
        page = seen(client, address)
        assert "opens nothing now: Ended by hand" in page
        assert f"/stream/{video.uuid}" not in page

    @pytest.mark.parametrize("by_hand", [False, True], ids=["by date", "by hand"])
    def test_one_that_is_over_shows_what_its_holder_reads(self, client, owner, by_hand):
        video = factories.make_video()
        ends = clock.now() + dt.timedelta(hours=1)
        invitation, secret = create_invitation(video, kind="link", label="Jury", ends_at=ends, user=owner)
        guest = factories.browser()
        guest.post(f"/w/{secret}", follow=True)
        if by_hand:
            end_invitation(invitation, user=owner)
        else:
            Invitation.objects.update(ends_at=clock.now() - dt.timedelta(seconds=1))
            VideoAccessSession.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
        page = seen(client, choices(client, video)["invited"][0])
        assert not InvitationRefusal.objects.exists()  # nobody was refused
        door = seen(guest, video.url)
        assert InvitationRefusal.objects.exists()
        for html in (page, door):
            reason = "Your invitation was ended by the people" if by_hand else "Your invitation ended: "
            assert reason in html and "data-other-way" in html and "<summary>I have a password" in html

    def test_one_that_is_not_active_is_listed_with_its_state(self, client, owner):
        video = factories.make_video()
        for label, ends_at in (("Now", None), ("Over", clock.now() + dt.timedelta(hours=1)), ("By hand", None)):
            invitation, _secret = create_invitation(video, kind="link", label=label, user=owner, ends_at=ends_at)
        end_invitation(invitation, user=owner)
        Invitation.objects.filter(label="Over").update(ends_at=clock.now() - dt.timedelta(hours=1))
        html = client.get(reverse("video_see_as", args=(video.pk,))).content.decode()
        items = [re.sub(r"<.*?>", "", item) for item in re.findall(r"<li>(.*?)</li>", html, re.S) if "invited" in item]
        assert items == [
            "Somebody with the invitation “By hand” · Ended by hand",
            "Somebody with the invitation “Over” · Ended",
            "Somebody with the invitation “Now”",
        ]

    def test_one_for_a_section_opens_what_it_reaches(self, client, owner):
        section = factories.make_section()
        inner = factories.make_section(parent=section, password="another password")
        reached = factories.make_video(section=section, password=None)
        beyond = factories.make_video(section=inner, password=None)
        invitation, _secret = create_invitation(section, kind="link", label="Class", user=owner)
        assert f"/stream/{reached.uuid}" in seen(client, choices(client, reached)["invited"][0])
        assert "invited" not in choices(client, beyond)
        page = seen(client, Seeing(owner.pk, beyond.pk, As.INVITED, invitation.pk).address(beyond.url))
        assert f"/stream/{beyond.uuid}" not in page

    def test_a_section_shows_its_cards_open_and_the_films_that_only_guests_see(self, client, owner):
        section = factories.make_section(password="a section's password")
        factories.make_video("Harbour", section=section, password=None)
        set_listed(factories.make_video("Salt flats", section=section, password=None), Listed.UNLOCKED)
        factories.make_video("Its own", section=section, password="another password")
        invitation, _secret = create_invitation(section, kind="link", label="Jury", user=owner)
        stranger = seen(client, choices(client, section)["stranger"][0])
        assert "Harbour" in stranger and "Salt flats" not in stranger and "Unlocked" not in stranger
        address = choices(client, section)["invited"][0]
        page = seen(client, address)
        assert "with the invitation “Jury”" in page and 'name="password"' not in page
        assert "Salt flats" in page and len(re.findall(r"\bUnlocked\b", page)) == 2
        assert not VideoAccessSession.objects.exists()
        end_invitation(invitation, user=owner)
        page = seen(client, address)
        assert "opens nothing now" in page and "Salt flats" not in page and "Unlocked" not in page

    @pytest.mark.parametrize("limits", [{"opens_at": dt.timedelta(days=1)}, {"most_viewers": 1}], ids=str)
    def test_one_that_opens_nothing_shows_the_locked_page(self, client, owner, limits):
        video = factories.make_video()
        limits = {name: clock.now() + value if name == "opens_at" else value for name, value in limits.items()}
        invitation, _secret = create_invitation(video, kind="link", label="Jury", user=owner, **limits)
        type(invitation).objects.update(uses=1)
        page = seen(client, choices(client, video)["invited"][0])
        assert f"/stream/{video.uuid}" not in page
        assert "opens nothing now" in page

    def test_only_those_are_counted_that_the_user_manages(self, monkeypatch):
        """The invitations of a section that others manage are not offered, and leave room for one's own."""
        monkeypatch.setattr("video_pages.wagtail_admin.see_as.choices.MOST_INVITATIONS", 2)
        above = factories.make_section()
        section = factories.make_section(parent=above)
        video = factories.make_video(section=section, password=None)
        create_invitation(video, kind="link", label="Mine")
        for number in range(3):
            create_invitation(above, kind="link", label=f"Of the owner {number}")
        eve = factories.make_user("eve")
        set_section_editors(section, people=[eve])
        client = factories.browser(get_user_model().objects.get(pk=eve.pk))
        response = client.get(reverse("video_see_as", args=(video.pk,)))
        assert [label for label, _address, _state in response.context["invited"]] == ["Mine"]
        assert response.context["has_more"] is False
        for number in range(3):
            create_invitation(video, kind="link", label=f"Newer {number}")
        response = client.get(reverse("video_see_as", args=(video.pk,)))
        assert [label for label, _address, _state in response.context["invited"]] == ["Newer 2", "Newer 1"]
        assert response.context["has_more"] is True


class TestEditor:
    def test_of_the_section_sees_what_that_user_sees(self, client):
        own, other = factories.make_section("Own"), factories.make_section("Other")
        video = factories.make_video(section=own)
        eve, adam = factories.make_user("eve"), factories.make_user("adam")
        set_section_editors(own, people=[eve])
        set_section_editors(other, people=[adam])
        page = seen(client, choices(client, video)["editor"][0])
        assert "as the editor eve sees it" in page
        assert "Edit this page" in page
        assert "Sign out" not in page
        owner = get_user_model().objects.get(username="admin")
        page = seen(client, Seeing(owner.pk, video.pk, As.EDITOR, adam.pk).address(video.url))
        assert 'name="password"' in page

    def test_is_offered_only_to_those_who_may_choose_the_editors(self):
        section = factories.make_section()
        video = factories.make_video(section=section)
        eve = factories.make_user("eve")
        set_section_editors(section, people=[eve])
        found = choices(factories.browser(get_user_model().objects.get(pk=eve.pk)), video)
        assert set(found) == {"stranger"}


class TestAnEditorWithMoreRights:
    """Somebody who may see a private page must not show it, by menus and lists, to a user who may not."""

    @pytest.fixture
    def section(self):
        return factories.make_section("Own")

    @pytest.fixture
    def eve(self, section):
        return factories.make_user("eve")

    @pytest.fixture
    def lead(self, section, eve):
        """An editor of the section who may choose its editors, and has no right elsewhere."""
        lead = factories.make_user("lena")
        set_section_editors(section, people=[eve, lead])
        group = Group.objects.create(name="Leads")
        group.permissions.add(Permission.objects.get(codename="change_user"))
        adding = Permission.objects.get(codename="add_collection")
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=adding
        )
        lead.groups.add(group)
        return get_user_model().objects.get(pk=lead.pk)

    def test_is_not_offered_and_not_shown(self, section, eve, lead):
        video = factories.make_video(section=section)
        client = factories.browser(lead)
        offered = choices(client, video)["editor"]
        assert "as the editor eve sees it" in seen(client, offered[0])
        secret = Group.objects.create(name="Board")
        private = PageViewRestriction.objects.create(
            page=factories.make_section("Board papers"), restriction_type="groups"
        )
        private.groups.add(secret)
        eve.groups.add(secret)
        assert "as the editor lena sees it" in seen(client, choices(client, video)["editor"][0])
        response = client.get(offered[0])
        assert (response.status_code, response.url) == (302, video.url)
        admin = factories.make_superuser()
        as_eve = Seeing(admin.pk, video.pk, As.EDITOR, eve.pk).address(video.url)
        assert "as the editor eve sees it" in seen(factories.browser(admin), as_eve)

    def test_an_administrator_is_not_shown_either(self, section, eve):
        set_section_editors(section, people=[eve])
        eve.is_superuser = True
        eve.save()
        client = factories.browser(factories.make_user("olga", "Site owners"))
        assert "editor" not in choices(client, factories.make_video(section=section))


class TestEntriesInMenus:
    """A menu has no entry that leads to 403."""

    ENTRIES = {"see-as": "video_see_as", "statistics": "video_statistics", "access": "video_access"}

    def entries(self, client, page, parent):
        html = client.get(f"/admin/pages/{parent.pk}/").content.decode()
        return {
            name: client.get(reverse(view, args=(page.pk,))).status_code
            for name, view in self.ENTRIES.items()
            if f'href="{reverse(view, args=(page.pk,))}' in html
        }

    def test_of_a_user_who_may_only_add_pages(self):
        section = factories.make_section()
        video = factories.make_video(section=section)
        user = factories.make_user("pat")
        group = Group.objects.create(name="Adding")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        GroupPagePermission.objects.create(
            group=group, page=section, permission=Permission.objects.get(codename="add_page")
        )
        user.groups.add(group)
        assert self.entries(factories.browser(user), video, section) == {"statistics": 200}

    def test_of_an_alias_of_another_sections_video(self):
        own, other = factories.make_section("Own"), factories.make_section("Other")
        alias = factories.make_video(section=other).create_alias(parent=own, update_slug="alias")
        eve = factories.make_user("eve")
        set_section_editors(own, people=[eve])
        assert self.entries(factories.browser(eve), alias, own) == {}

    def test_of_an_editor_of_the_section(self):
        own = factories.make_section("Own")
        video = factories.make_video(section=own)
        alias = video.create_alias(parent=own, update_slug="alias")
        eve = factories.make_user("eve")
        set_section_editors(own, people=[eve])
        client = factories.browser(eve)
        assert self.entries(client, video, own) == {"see-as": 200, "statistics": 200, "access": 200}
        assert self.entries(client, alias, own) == {"see-as": 200, "statistics": 302, "access": 200}


def test_a_draft_offers_nothing(client):
    video = factories.make_video(live=False)
    assert choices(client, video) == {}
