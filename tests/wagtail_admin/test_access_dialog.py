"""The access dialog: its actions and messages, and that only one response contains a password."""

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, Site

from tests.error_reports import kept_reports
from tests.factories import PASSWORD, browser, make_section, make_superuser, make_user, make_video, unlock
from tests.wagtail_admin.access import NEW, act, address, fresh, kept, open_session
from video_pages.access import distinct_passwords, passwords
from video_pages.access.invitations import create_invitation
from video_pages.models import VideoAccessSession

pytestmark = pytest.mark.django_db


def shown_password(response):
    """Return the password in the response that shows it once, or None."""
    found = re.search(r"data-access-password>([^<]*)<", response.content.decode())
    return html.unescape(found[1]) if found else None


def in_an_hour():
    return timezone.now() + dt.timedelta(hours=1)


def test_a_typed_password_is_set_and_opens_the_page(editor, video):
    act(editor, video, "set_password", password=NEW)
    assert unlock(browser(), video, NEW).status_code == 303
    assert unlock(browser(), video, PASSWORD).status_code == 403


def test_a_generated_password_is_set_shown_and_opens_the_page(editor, video):
    password = shown_password(act(editor, video, "generate"))
    assert len(password) == 19
    assert unlock(browser(), video, password).status_code == 303


def test_the_password_is_shown_once_with_a_message_to_send_and_never_again(editor, video):
    answer = act(editor, video, "set_password", password=NEW).content.decode()
    message = html.unescape(re.search(r"data-access-message>([^<]*)<", answer)[1])
    assert message.splitlines() == ["“The harbour”", f"http://testserver{video.url}", f"Password: {NEW}"]
    for later in (editor.get(address(video)), act(editor, video, "set_length", length="30")):
        assert NEW not in later.content.decode()
        assert shown_password(later) is None


def test_the_message_of_a_draft_says_that_its_address_does_not_work_yet(editor):
    draft = make_video(live=False)
    assert "not published yet" in act(editor, draft, "generate").content.decode()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", "Type a password"), ("sevench", "at least 8"), ("x" * 129, "at most 128"), ("  ", "at least 8")],
)
def test_a_password_that_cannot_be_set_is_refused_and_not_sent_back(editor, video, typed, reason):
    before = kept(video)
    answer = act(editor, video, "set_password", password=typed)
    assert reason in answer.content.decode()
    assert not typed.strip() or typed not in answer.content.decode()
    assert kept(video) == before


@pytest.mark.parametrize("fragment", [False, True])
def test_the_password_of_an_invitation_of_the_page_is_refused_at_the_field_and_nothing_changes(editor, video, fragment):
    create_invitation(video, kind="password", label="Jury", secret=NEW)
    before = kept(video)
    answer = act(editor, video, "set_password", password=NEW, listed="nowhere", fragment=fragment)
    assert answer.status_code == 200
    assert answer.context["password_form"].errors["password"] == [str(distinct_passwords.UNUSABLE)]
    assert answer.context["listed_form"]["listed"].value() == "nowhere", "what was chosen beside it stays chosen"
    assert "The password is set" not in answer.content.decode() and NEW not in answer.content.decode()
    assert kept(video) == before


def test_spaces_and_composed_letters_are_part_of_the_password(editor, video):
    act(editor, video, "set_password", password=" cafe\u0301 noir ")
    assert fresh(video).check_password(" caf\u00e9 noir ")
    assert not fresh(video).check_password("caf\u00e9 noir")


def test_a_new_password_ends_all_access(editor, video):
    open_session(video, "a" * 64, in_an_hour())
    act(editor, video, "generate")
    assert not VideoAccessSession.objects.exists()


def test_removing_the_password_locks_the_video_and_ends_access(editor, video):
    open_session(video, "a" * 64, in_an_hour())
    answer = act(editor, video, "remove", fragment=True).content.decode()
    assert "Nobody can unlock it yet" in answer
    assert fresh(video).password_hash == ""
    assert not VideoAccessSession.objects.exists()


def test_a_video_opens_to_everyone_only_after_the_sentence_was_ticked(editor, video):
    refused = act(editor, video, "open")
    assert "Tick the sentence first" in refused.content.decode()
    assert not fresh(video).open_to_everyone
    act(editor, video, "open", confirmed="on")
    assert fresh(video).open_to_everyone


def test_the_open_mark_is_taken_back(editor, video):
    passwords.set_open(video, True)
    assert "Lock it again" in editor.get(address(video)).content.decode()
    act(editor, video, "close")
    assert not fresh(video).open_to_everyone


def test_a_section_is_never_marked_open(editor):
    section = make_section()
    for action in ("open", "close"):
        assert act(editor, section, action, confirmed="on").status_code == 400
    assert "Open it to everyone" not in editor.get(address(section)).content.decode()


def test_the_length_of_access_is_set_and_taken_back(editor, video):
    answer = act(editor, video, "set_length", length="90", unit="minutes", fragment=True)
    assert fresh(video).access_minutes == 90
    assert "Access lasts 90 minutes." in answer.content.decode()
    answer = act(editor, video, "set_length", length="", unit="days", fragment=True)
    assert fresh(video).access_minutes is None
    assert "Access lasts 1 hour, as everywhere on the site." in answer.content.decode()


@pytest.mark.parametrize(
    ("length", "unit", "minutes", "words"),
    [
        ("36", "hours", 36 * 60, "Access lasts 36 hours."),
        ("14", "days", 14 * 24 * 60, "Access lasts 14 days."),
        ("30", "days", 30 * 24 * 60, "Access lasts 30 days."),
    ],
)
def test_a_length_is_set_and_shown_in_hours_or_days(editor, video, length, unit, minutes, words):
    answer = act(editor, video, "set_length", length=length, unit=unit, fragment=True)
    assert fresh(video).access_minutes == minutes and words in answer.content.decode()
    shown = editor.get(address(video)).context["length_form"]
    assert (str(shown["length"].value()), shown["unit"].value()) == (length, unit)


@pytest.mark.parametrize(("length", "unit"), [("31", "days"), ("721", "hours"), ("5", "years")])
def test_a_length_beyond_a_month_or_in_another_unit_is_refused(editor, video, length, unit):
    assert "w-field--error" in act(editor, video, "set_length", length=length, unit=unit).content.decode()
    assert fresh(video).access_minutes is None


def test_the_message_writes_the_address_as_people_read_it(editor):
    video = make_video(section=make_section())
    video.slug = "größe"
    video.save()
    answer = act(editor, video, "generate").content.decode()
    message = html.unescape(re.search(r"data-access-message>([^<]*)<", answer)[1])
    assert message.splitlines()[1].endswith("/größe/") and "%" not in message.splitlines()[1]


@pytest.mark.parametrize("minutes", ["0", "-5", "43201", "soon", "1.5", "9" * 400])
def test_an_impossible_length_is_refused(editor, video, minutes):
    answer = act(editor, video, "set_length", length=minutes, unit="minutes")
    assert "w-field--error" in answer.content.decode()
    assert fresh(video).access_minutes is None


@pytest.mark.parametrize(
    ("length", "unit", "words"),
    [
        ("0", "hours", "Choose 1 to 720 hours."),
        ("99999", "hours", "Choose 1 to 720 hours."),
        ("-1", "days", "Choose 1 to 30 days."),
        ("43201", "minutes", "Choose 1 to 43200 minutes."),
    ],
)
def test_a_length_that_is_refused_names_the_limits_in_its_unit(editor, video, length, unit, words):
    html = act(editor, video, "set_length", length=length, unit=unit).content.decode()
    assert words in html and "Ensure this value" not in html


def test_ending_all_access_leaves_the_password(editor, video):
    open_session(video, "a" * 64, in_an_hour())
    open_session(video, "b" * 64, in_an_hour())
    answer = act(editor, video, "end", fragment=True)
    assert "Access is ended for 2 browsers." in answer.content.decode()
    assert not VideoAccessSession.objects.exists()
    assert fresh(video).check_password(PASSWORD)


def test_ending_access_refuses_the_browser_that_had_it_open(editor, video):
    visitor = browser()
    unlock(visitor, video)
    assert visitor.get(video.url).context["verdict"].allowed
    act(editor, video, "end")
    assert "verdict" not in visitor.get(video.url).context


def test_a_section_ends_the_access_to_everything_it_opens(editor):
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    open_session(video, "a" * 64, in_an_hour())
    act(editor, section, "end")
    assert not VideoAccessSession.objects.exists()


def test_a_video_opened_by_its_section_points_to_the_section_s_access(editor):
    section = make_section("Members", password=PASSWORD)
    video = make_video(section=section, password=None)
    answer = editor.get(address(video)).content.decode()
    assert "Opened by the password of the section “Members”." in answer
    assert f'href="{address(section)}"' in answer
    assert 'value="end"' not in answer


def test_an_alias_says_so_and_changes_its_source(editor, video):
    alias = video.create_alias(parent=make_section(), update_slug="alias")
    act(editor, alias, "set_password", password=NEW)
    assert fresh(video).check_password(NEW)
    assert fresh(alias).password_hash == ""
    answer = editor.get(address(alias)).content.decode()
    assert "This page is an alias: it opens as “The harbour” does." in answer
    assert f'action="{address(video)}"' in answer
    assert f'action="{address(alias)}"' not in answer


def test_every_change_is_logged_without_a_value(editor, video):
    for action, fields in (
        ("set_password", {"password": NEW}),
        ("generate", {}),
        ("open", {"confirmed": "on"}),
        ("close", {}),
        ("set_length", {"length": "45"}),
        ("end", {}),
        ("remove", {}),
    ):
        PageLogEntry.objects.all().delete()
        act(editor, video, action, **fields)
        entry = PageLogEntry.objects.get()
        assert (entry.action, entry.page_id, entry.user.username) == (
            "video_pages.access_changed",
            video.pk,
            "admin",
        )
        assert entry.data == {}
        assert str(entry.message) == "Access changed"


def test_a_refused_change_is_not_logged(editor, video):
    PageLogEntry.objects.all().delete()
    act(editor, video, "set_password", password="short")
    act(editor, video, "open")
    act(editor, video, "nonsense")
    assert not PageLogEntry.objects.exists()


def test_a_get_changes_nothing_whatever_it_asks_for(editor, video):
    before = kept(video)
    for action in ("set_password", "generate", "remove", "open", "close", "set_length", "end"):
        answer = editor.get(
            address(video),
            {"action": action, "access-password": NEW, "access-confirmed": "on", "access-length": "5"},
        )
        assert answer.status_code == 200
        assert NEW not in answer.content.decode()
    assert kept(video) == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(editor, video, method):
    assert getattr(editor, method)(address(video)).status_code == 405


def test_an_action_of_no_name_is_refused(editor, video):
    before = kept(video)
    for action in ("", "dispatch", "_set", "__class__", "answer"):
        assert act(editor, video, action).status_code == 400
    assert editor.post(address(video)).status_code == 400
    assert kept(video) == before


def test_a_post_without_a_csrf_token_is_refused(video):
    strict = browser(make_superuser(), enforce_csrf_checks=True)
    before = kept(video)
    assert act(strict, video, "remove").status_code == 403
    assert kept(video) == before


def test_answers_are_kept_out_of_every_cache(editor, video):
    for answer in (editor.get(address(video)), act(editor, video, "generate"), act(editor, video, "end")):
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_only_videos_and_sections_have_access_to_set(editor, video):
    home = video.get_ancestors().get(depth=2)
    assert editor.get(address(home)).status_code == 404
    video.pk = 10**9
    assert editor.get(address(video)).status_code == 404


def test_without_its_script_an_action_leads_back_to_the_page_and_says_what_was_done(editor, video):
    answer = act(editor, video, "remove")
    assert (answer.status_code, answer["Location"]) == (302, address(video))
    assert "The password is removed" in editor.get(address(video)).content.decode()


def test_an_error_report_leaves_the_typed_password_out(video, monkeypatch):
    """The real report that Django would send for a failing view, from the real request."""

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("video_pages.access.distinct_passwords.hash_with_salt_of", fail)
    client = Client(raise_request_exception=False)
    client.force_login(make_superuser())
    with kept_reports() as reports:
        assert act(client, video, "set_password", password=NEW).status_code == 500
    assert "the disk is full" in reports[0]
    assert NEW not in reports[0]


def test_a_visitor_of_the_admin_without_any_right_learns_nothing(video):
    nobody = browser(make_user("nobody"))
    assert video.title not in nobody.get(address(video), follow=True).content.decode()


def test_the_message_has_the_address_of_the_site_once_the_site_has_a_name(editor, video):
    site = Site.objects.get()
    site.hostname, site.port = "films.example.org", 443
    site.save()
    answer = act(editor, video, "generate").content.decode()
    assert f"https://films.example.org{video.get_url_parts()[2]}" in answer


def test_the_way_back_leads_to_the_list_that_the_editor_came_from(editor, video):
    rows = editor.get("/admin/videos/").content.decode()
    address = re.search(rf'href="(/admin/access/{video.pk}/\?next=[^"]+)"', rows)[1]
    html = editor.get(address).content.decode()
    assert '<a href="/admin/videos/">Back to the list</a>' in html
    assert f'action="{address}"' in html
    answer = editor.post(address, {"action": "set_length", "access-length": "2", "access-unit": "hours"})
    assert answer.url == address
    foreign = editor.get(f"/admin/access/{video.pk}/?next=https://example.org/").content.decode()
    assert "Back to the list" not in foreign and "example.org" not in foreign


def test_a_section_s_own_page_under_pages_leads_to_its_access(editor):
    section = make_section("Gala films")
    assert f"/admin/access/{section.pk}/" in editor.get(f"/admin/pages/{section.pk}/").content.decode()
