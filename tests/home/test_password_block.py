"""The block "I have a password": type a password once, and land at what it opens on this site."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from home.blocks.stream import PageBlocks
from home.pages.opened_list import opened_list
from tests import factories
from tests.home import block_pages as blocks
from video_pages.access import fingerprints, password_setups, passwords, site_form
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.access.invitations.services import create_invitation, end_invitation
from video_pages.access.models import Guess, Listed, PasswordFingerprint, VideoAccessSession
from video_pages.access.queues import HashingBusy
from video_pages.access.recognised_passwords import recognised
from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import set_window
from video_pages.access.site_settings import AccessSettings
from video_pages.core.metrics import REGISTRY
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db

OUTCOMES = ["unlocked", "missing", "busy", "wrong", "limited"]
WRONG = "That password opens nothing here now."


@pytest.fixture
def home():
    return blocks.home_that_finds_passwords()


@pytest.fixture
def hashes(monkeypatch):
    """The names of all slow hashes that are computed, in order."""
    made = []
    for module, name in (
        (fingerprints, "make_password"),
        (passwords, "check_password"),
        (password_setups, "make_password"),
    ):
        original = getattr(module, name)

        place = f"{module.__name__.rpartition('.')[2]}.{name}"

        def counted(*args, _original=original, _place=place, **kwargs):
            made.append(_place)
            return _original(*args, **kwargs)

        monkeypatch.setattr(module, name, counted)
    return made


def type_at_home(client, password, **headers):
    return client.post("/", {"password": password}, **headers)


def test_the_password_of_a_video_leads_to_its_page_which_is_open(client, home):
    video = factories.make_video(password="grey-harbour")
    factories.make_video(password="another-one")
    answer = type_at_home(client, "grey-harbour")
    assert (answer.status_code, answer.url) == (303, video.get_url())
    assert 'id="player"' in client.get(video.url).content.decode()
    assert VideoAccessSession.objects.get().video_id == video.pk
    assert not Guess.objects.exists()


def test_that_of_a_section_opens_the_section_and_its_films(client, home):
    section = factories.make_section(password="class-of-2026")
    video = factories.make_video(section=section, password=None)
    assert type_at_home(client, "class-of-2026").url == section.get_url()
    assert 'id="player"' in client.get(video.url).content.decode()


def test_that_of_an_invitation_opens_the_page_as_the_invitation_does(client, home):
    video = factories.make_video(password="grey-harbour")
    invitation, secret = create_invitation(video, kind="password", label="Ann")
    assert type_at_home(client, secret).url == video.get_url()
    assert VideoAccessSession.objects.get().granted_by == invitation
    end_invitation(invitation)
    assert WRONG in type_at_home(factories.browser(), secret).content.decode()


def test_a_password_of_several_pages_lists_those_that_it_opens(client, home):
    first, second = (factories.make_video(title, password="grey-harbour") for title in ("First", "Second"))
    answer = type_at_home(client, "grey-harbour")
    text = answer.content.decode()
    assert answer.status_code == 200 and f'href="{first.get_url()}"' in text and ">Second</a>" in text
    for video in (first, second):
        assert 'id="player"' in client.get(video.url).content.decode()
    known = client.cookies["known_browser"].value
    assert len(fingerprints_of_cookie(known)) == 2


def test_what_it_opens_is_shown_as_open_listed_or_not(client, home):
    section = factories.make_section("Course", password="grey-harbour")
    factories.make_video("Lesson", section=section, password=None)
    video = factories.make_video("First", password="grey-harbour")
    set_listed(video, Listed.NOWHERE)
    answer = type_at_home(client, "grey-harbour")
    (card,), (course,) = answer.context["cards"], answer.context["sections"]
    assert (card.title, card.lock, card.url) == ("First", "unlocked", video.get_url())
    assert (course.title, course.is_locked, course.count, course.url) == ("Course", False, 1, section.get_url())


def test_each_page_more_costs_no_query_for_its_card(client, home):
    def queries_for_cards(answer):
        request = answer.wsgi_request
        opened = [site_form.OpenedSource(page) for page in pages]
        with CaptureQueriesContext(connection) as few:
            opened_list(request, opened[:2])
        with CaptureQueriesContext(connection) as many:
            opened_list(request, opened)
        return len(few), len(many)

    pages = [factories.make_video(f"Film {number}", password="grey-harbour") for number in range(5)]
    few, many = queries_for_cards(type_at_home(client, "grey-harbour"))
    assert few == many


def fingerprints_of_cookie(cookie):
    from video_pages.access.known_browsers import read_known_browser

    return read_known_browser(cookie).opened


def test_blanks_around_a_pasted_password_do_not_matter(client, home):
    video = factories.make_video(password="grey-harbour")
    assert type_at_home(client, " grey-harbour\n").url == video.get_url()


def test_a_page_that_lists_do_not_show_is_opened_by_who_has_its_password(client, home):
    video = factories.make_video(password="grey-harbour")
    set_listed(video, Listed.NOWHERE)
    assert type_at_home(client, "grey-harbour").url == video.get_url()


def test_a_page_with_two_forms_of_an_earlier_version_has_each_id_and_the_refusal_once(client, home):
    blocks.home_with(blocks.password(), blocks.password("The same below"))
    text = type_at_home(client, "no-such-password").content.decode()
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) and text.count('name="password"') == 2
    assert set(re.findall(r' (?:for|aria-describedby)="([^"]+)"', text)) <= set(ids)
    assert text.count('role="alert"') == 1 and text.count(WRONG) == 1


def test_an_editor_adds_one_form_to_a_page():
    assert PageBlocks().meta.block_counts["password"]["max_num"] == 1


class TestRefused:
    @pytest.mark.parametrize("how", ["wrong", "draft", "private", "window", "over", "expired", "other site"])
    def test_whatever_opens_nothing_now_gets_the_same_words_and_counts_as_a_miss(self, client, home, how):
        video = factories.make_video("Zanzibar", password="grey-harbour")
        pages = VideoPage.objects.filter(pk=video.pk)
        if how == "draft":
            pages.update(live=False)
        elif how == "private":
            PageViewRestriction.objects.create(page=video, restriction_type=PageViewRestriction.LOGIN)
        elif how == "window":
            set_window(video, opens_at=timezone.now() + dt.timedelta(days=1), closes_at=None)
        elif how == "over":
            pages.update(access_until=timezone.now() - dt.timedelta(days=1))
        elif how == "expired":
            pages.update(expire_at=timezone.now() - dt.timedelta(minutes=1))
        elif how == "other site":
            pages.update(path="0002" + video.path[4:])
        answer = type_at_home(client, "no-such-password" if how == "wrong" else "grey-harbour")
        text = answer.content.decode()
        assert answer.status_code == 403
        assert WRONG in text and 'role="alert"' in text
        assert "Zanzibar" not in text.partition("<main")[2]
        assert not VideoAccessSession.objects.exists()
        assert Guess.objects.filter(is_pending=False).count() == 1

    def test_five_misses_and_the_client_waits_also_with_the_right_one(self, home, hashes):
        factories.make_video(password="grey-harbour")
        client, other = factories.browser(), factories.browser(REMOTE_ADDR="192.0.2.7")
        assert [type_at_home(client, f"wrong-number-{number}").status_code for number in range(5)] == [403] * 5
        hashes.clear()
        answer = type_at_home(client, "grey-harbour")
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 800
        assert "Too many tries" in answer.content.decode()
        assert hashes == [], "nothing is hashed for a limited client"
        assert type_at_home(other, "grey-harbour").status_code == 303

    def test_without_the_setting_or_the_block_there_is_no_form(self, client, home):
        factories.make_video(password="grey-harbour")
        section = blocks.home_with(blocks.text())
        assert section.body and type_at_home(client, "grey-harbour").status_code == 405
        blocks.home_with(blocks.password())
        AccessSettings.objects.update(finds_passwords=False)
        assert 'name="password"' not in client.get("/").content.decode()
        assert type_at_home(client, "grey-harbour").status_code == 405

    def test_a_page_with_the_form_is_for_one_browser(self, client, home):
        answer = client.get("/")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers and 'name="password"' in answer.content.decode()

    def test_a_form_without_a_token_is_refused(self, home):
        factories.make_video(password="grey-harbour")
        client = factories.browser(enforce_csrf_checks=True)
        assert type_at_home(client, "grey-harbour").status_code == 403
        assert not VideoAccessSession.objects.exists()


class TestCost:
    def test_a_wrong_text_costs_one_hash_however_many_passwords_there_are(self, home, hashes):
        def cost(text):
            hashes.clear()
            with CaptureQueriesContext(connection) as queries:
                assert type_at_home(factories.browser(), text).status_code == 403
            return list(hashes), len(queries)

        factories.make_video(password="password-0")
        cost("warm-up-text")
        Guess.objects.all().delete()
        before = cost("a-wrong-text")
        assert before[0] == ["fingerprints.make_password"]
        for number in range(1, 6):
            factories.make_video(password=f"password-{number}")
        Guess.objects.all().delete()
        assert cost("another-wrong-text") == before

    def test_a_crowd_with_one_right_text_costs_two_hashes(self, home, hashes):
        factories.make_video(password="harbour-of-crowds")
        hashes.clear()
        for number in range(4):
            client = factories.browser(REMOTE_ADDR=f"192.0.2.{number}")
            assert type_at_home(client, "harbour-of-crowds").status_code == 303
        assert hashes == ["fingerprints.make_password", "passwords.check_password"]


class TestFingerprints:
    def test_none_are_kept_unless_a_site_wants_them(self):
        video = factories.make_video(password="grey-harbour")
        create_invitation(video, kind="password", label="Ann")
        factories.unlock(factories.browser(), video, "grey-harbour")
        assert not PasswordFingerprint.objects.exists()

    def test_they_are_deleted_when_the_site_wants_them_no_longer(self, home):
        factories.make_video(password="grey-harbour")
        assert PasswordFingerprint.objects.count() == 1
        settings = AccessSettings.objects.get()
        settings.finds_passwords = False
        settings.save()
        assert not PasswordFingerprint.objects.exists()

    def test_an_older_password_is_found_once_it_was_typed_at_its_own_page(self, client, home):
        video = factories.make_video(password="grey-harbour")
        PasswordFingerprint.objects.all().delete()
        assert type_at_home(client, "grey-harbour").status_code == 403
        factories.unlock(factories.browser(), video, "grey-harbour")
        assert type_at_home(client, "grey-harbour").url == video.get_url()

    def test_the_settings_say_how_many_are_not_found_yet(self, home):
        AccessSettings.objects.update(finds_passwords=False)
        AccessSettings.for_site(Site.objects.get(is_default_site=True)).refresh_from_db()
        film, other = factories.make_video(), factories.make_section(password=factories.PASSWORD)
        settings = AccessSettings.objects.get()
        admin = factories.browser(factories.make_superuser())
        address = f"/admin/settings/video_pages/accesssettings/{settings.site_id}/"
        assert "not found yet" not in admin.get(address).text
        settings.finds_passwords = True
        settings.save()
        assert "2 passwords are not found yet." in admin.get(address).text
        factories.unlock(factories.browser(), film)
        assert "1 password is not found yet." in admin.get(address).text
        passwords.remove_password(other)
        assert "not found yet" not in admin.get(address).text

    def test_a_former_password_is_not_found(self, client, home):
        video = factories.make_video(password="grey-harbour")
        passwords.set_password(video, "green-harbour")
        assert WRONG in type_at_home(client, "grey-harbour").content.decode()
        VideoPage.objects.filter(pk=video.pk).update(password_hash="")
        assert WRONG in type_at_home(client, "green-harbour").content.decode()

    def test_what_is_stored_depends_on_the_secret_key_and_is_no_hash_of_a_page(self, home, settings):
        video = factories.make_video(password="grey-harbour")
        stored = PasswordFingerprint.objects.get().fingerprint
        assert stored == fingerprints.fingerprint_of("grey-harbour") and len(stored) == 64
        assert stored not in VideoPage.objects.get(pk=video.pk).password_hash
        settings.SECRET_KEY = "another-key-of-thirty-two-letters-and-more"
        assert fingerprints.fingerprint_of("grey-harbour") != stored
        recognised.drop(fingerprints_guard(home))
        assert not fingerprints.pages_with(stored, home.path), "a row of another key counts no more"

    def test_a_dump_has_none(self, home):
        from django.core import serializers

        factories.make_video(password="grey-harbour")
        dump = serializers.serialize("json", PasswordFingerprint.objects.all())
        assert PasswordFingerprint.objects.get().fingerprint not in dump


def fingerprints_guard(home):
    return site_form.guard_of_site(home)


class TestWhatATimeTells:
    """The number of slow hashes is what the time of an answer is made of."""

    @pytest.mark.parametrize("how", ["draft", "private", "window", "ended invitation", "used up"])
    def test_a_right_text_that_opens_nothing_costs_one_hash_each_time_as_a_wrong_one_does(self, home, hashes, how):
        video = factories.make_video(password="grey-harbour")
        secret = "grey-harbour"
        if how == "draft":
            VideoPage.objects.update(live=False)
        elif how == "private":
            PageViewRestriction.objects.create(page=video, restriction_type=PageViewRestriction.LOGIN)
        elif how == "window":
            set_window(video, opens_at=timezone.now() + dt.timedelta(days=1), closes_at=None)
        else:
            invitation, secret = create_invitation(video, kind="password", label="Ann", most_viewers=1)
            if how == "used up":
                Invitation.objects.update(uses=1)
            else:
                end_invitation(invitation)
        hashes.clear()
        for _time in range(3):
            assert type_at_home(factories.browser(), secret).status_code == 403
        assert hashes == ["fingerprints.make_password"] * 3

    def test_one_that_others_have_opened_costs_a_hash_where_it_opens_nothing_any_more(self, home, hashes):
        video = factories.make_video(password="grey-harbour")
        assert type_at_home(factories.browser(REMOTE_ADDR="192.0.2.7"), "grey-harbour").status_code == 303
        VideoPage.objects.filter(pk=video.pk).update(live=False)
        hashes.clear()
        for _time in range(2):
            assert type_at_home(factories.browser(), "grey-harbour").status_code == 403
        assert hashes == ["fingerprints.make_password"] * 2


def test_what_was_open_stays_open_when_the_server_is_busy_in_the_middle(client, home, monkeypatch):
    before = factories.make_video("Before", password="another-password")
    factories.unlock(client, before, "another-password")
    first, second = (factories.make_video(title, password="grey-harbour") for title in ("First", "Second"))
    unlock = site_form.unlock

    def busy_at_the_second(page, *args, **kwargs):
        if page.pk == second.pk:
            raise HashingBusy
        return unlock(page, *args, **kwargs)

    monkeypatch.setattr(site_form, "unlock", busy_at_the_second)
    assert type_at_home(client, "grey-harbour").url == first.get_url()
    for video in (before, first):
        assert 'id="player"' in client.get(video.url).content.decode()
    assert 'id="player"' not in client.get(second.url).content.decode()


def test_a_renewed_password_of_an_invitation_is_found_and_the_former_is_not(client, home):
    video = factories.make_video(password="grey-harbour")
    invitation, former = create_invitation(video, kind="password", label="Ann")
    _invitation, renewed = RenewSecretAction(invitation).execute(skip_permission_checks=True)
    assert type_at_home(client, former).status_code == 403
    assert type_at_home(client, renewed).url == video.get_url()


def test_each_outcome_is_counted_once_also_of_who_has_to_wait(client, home, monkeypatch):
    def counts():
        name = "screening_room_unlock_attempts_total"
        return {code: REGISTRY.get_sample_value(name, {"result": code}) or 0 for code in OUTCOMES}

    factories.make_video(password="grey-harbour")
    before = counts()
    type_at_home(client, "grey-harbour"), type_at_home(client, " ")
    with monkeypatch.context() as busy:
        busy.setattr(site_form, "_open_all", raise_busy)
        assert type_at_home(client, "grey-harbour").status_code == 503
    visitor = factories.browser()
    body = {"data": "password=wrong-one", "content_type": "application/x-www-form-urlencoded"}
    statuses = [visitor.post("/", **body).status_code for _each in range(9)]
    after = counts()
    found = [after[code] - before[code] for code in OUTCOMES]
    assert statuses.count(429) > 3, "of which some are copies"
    assert found == [1, 1, 1, statuses.count(403), statuses.count(429)]


def raise_busy(*args):
    raise HashingBusy
