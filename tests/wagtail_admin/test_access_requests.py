"""The screens of requests: seen and answered by those who may change the access of the page, and by nobody else."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission

from tests import factories
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.rule_models import SectionInvitationRules
from video_pages.access.invitations.tokens import find_invitation
from video_pages.access.requests.asking import ask
from video_pages.access.requests.places import RequestPlace
from video_pages.core import clock
from video_pages.core.humanize import format_moment
from video_pages.models import AccessRequest, Invitation, InvitationSettings

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
INDEX = "/admin/access-requests/"


@pytest.fixture
def video():
    return factories.make_video("Salt flats")


@pytest.fixture
def editor():
    return factories.browser(factories.make_superuser("ann"))


def asked(page, number=1, invitation=None):
    return ask(
        RequestPlace(page, invitation),
        client=f"192.0.2.{number}",
        name=f"<i>Weber</i> {number}",
        email=f"{number}@example.org",
        reason="Jury",
    )


def test_the_end_of_a_grant_begins_with_the_end_of_a_day(editor, video):
    end = timezone.localtime(editor.get(f"{INDEX}{asked(video).pk}/").context["form"].initial["ends_at"])
    assert (end.date(), end.hour, end.minute) == (timezone.localdate() + 14 * DAY, 23, 59)


def answer(browser, request, action, **fields):
    ends_at = timezone.localtime(clock.now() + DAY).strftime("%Y-%m-%dT%H:%M")
    data = {"grant-ends_at": ends_at, **{f"grant-{name}": value for name, value in fields.items()}}
    return browser.post(f"{INDEX}{request.pk}/", {"action": action, **data})


def test_the_list_has_them_in_a_fixed_number_of_queries(editor, video, django_assert_num_queries):
    asked(video)
    editor.get(INDEX)
    with django_assert_num_queries(16):
        assert "&lt;i&gt;Weber&lt;/i&gt; 1" in editor.get(INDEX).text
    for number in range(2, 8):
        asked(factories.make_video(), number)
    with django_assert_num_queries(16):
        text = editor.get(INDEX).text
    assert "7@example.org" in text and "Salt flats" in text and "New" in text
    found = editor.get(f"{INDEX}?q=7%40example.org&state=new").text
    assert "7@example.org" in found and "6@example.org" not in found


def test_the_menu_and_the_dashboard_say_how_many_wait(editor, video):
    assert "Request waits" not in editor.get("/admin/").text
    for number in (1, 2):
        asked(factories.make_video(), number)
    request = asked(video, 3)
    shown = editor.get("/admin/").text
    assert "Requests (3)" in shown and "3 Requests wait" in shown
    answer(editor, request, "refuse")
    assert "Requests (2)" in editor.get(INDEX).text
    other = factories.browser(factories.make_user("eve", "Editors"))
    assert "Requests (" not in other.get("/admin/").text


def test_a_link_is_shown_once_and_opens_what_was_asked_for(editor, video):
    request = asked(video)
    assert "Jury" in editor.get(f"{INDEX}{request.pk}/").text
    granted = answer(editor, request, "grant", shows_label="on")
    invitation = Invitation.objects.get()
    address = granted.context["link"]
    assert address.startswith("http://testserver/w/srw_") and granted.text.count(address) == 2  # in the message, too
    assert "The request is granted" in granted.text and 'data-copy="granted-link"' in granted.text
    own_page = reverse("invitations:detail", args=(invitation.pk,))
    assert own_page in granted.text
    assert find_invitation(address.rpartition("/")[2]) == invitation
    assert invitation.shows_label and invitation.ends_at > clock.now()
    assert "no-store" in granted.headers["Cache-Control"]
    later = editor.get(f"{INDEX}{request.pk}/").text
    assert own_page in later and "srw_" not in later and "Granted" in later and 'value="grant"' not in later
    assert mail.outbox == []


def test_with_a_mail_server_it_is_mailed_and_a_failure_is_said(editor, video, settings):
    settings.DELIVERS_MAIL = True
    site = video.get_site()
    granted = answer(editor, asked(video), "grant", is_mailed="on", at_once="2")
    (message,) = mail.outbox
    assert (message.to, message.reply_to) == (["1@example.org"], ["ann@example.org"])
    assert granted.context["link"] in message.body and "until" in message.body and message.content_subtype == "plain"
    ends = format_moment(Invitation.objects.get().ends_at)
    assert message.body == (
        "Hello <i>Weber</i> 1\n\nYour request to watch “Salt flats” was granted. This link opens it:\n\n"
        f"{granted.context['link']}\n\nThe link opens it until {ends}.\nAt most 2 browsers play at once.\n\n"
        f"Questions? Write to ann@example.org.\n\n-- \n{site.site_name or site.hostname}\n"
    )
    assert ends.endswith(" UTC")
    settings.EMAIL_BACKEND = "tests.access.requests.test_asking.Refusing"
    failed = answer(editor, asked(video, 2), "grant", is_mailed="on")
    assert "It could not be mailed" in failed.text and failed.context["link"] in failed.text


def test_an_address_that_no_mail_can_have_loses_no_link(editor, video, settings):
    settings.DELIVERS_MAIL = True
    User.objects.filter(username="ann").update(email=f"ann@{'ü' * 70}.example")  # answers go there
    granted = answer(editor, asked(video), "grant", is_mailed="on")
    assert granted.status_code == 200 and mail.outbox == []
    assert "It could not be mailed" in granted.text and granted.context["link"] in granted.text


def test_the_form_begins_with_what_the_rules_of_the_page_allow(editor):
    section = factories.make_section()
    film = factories.make_video("Tide", section=section)
    SectionInvitationRules.objects.create(section=section, longest_days=7, most_at_once=1)
    request = asked(film)
    shown = editor.get(f"{INDEX}{request.pk}/")
    assert "It lasts at most 7 days. At most 1 browser plays at once." in shown.text
    offered = {
        f"grant-{field.name}": field.field.widget.format_value(field.value())
        for field in shown.context["form"]
        if field.value() is not None
    }
    assert offered["grant-at_once"] == "1"
    granted = editor.post(f"{INDEX}{request.pk}/", {"action": "grant", **offered})
    assert "The request is granted" in granted.text
    assert clock.now() + 6 * DAY < Invitation.objects.get().ends_at <= clock.now() + 8 * DAY


@pytest.mark.parametrize("action", ["grant", "more_time"])
def test_limits_against_the_rules_are_refused_at_their_fields_and_nothing_typed_is_lost(editor, action):
    section = factories.make_section()
    film = factories.make_video("Tide", section=section)
    former, _token = create_invitation(film, kind="link", label="Jury", ends_at=clock.now() + DAY / 2)
    SectionInvitationRules.objects.create(section=section, longest_days=7, most_at_once=1)
    request = asked(film, 1, former)
    late = timezone.localtime(clock.now() + 20 * DAY).strftime("%Y-%m-%dT%H:%M")
    refused = answer(editor, request, action, ends_at=late, at_once="3", shows_label="on")
    errors = refused.context["form"].errors
    assert errors["ends_at"] == ["The rules here allow 7 days at most."]
    assert ("at_once" in errors) == (action == "grant")  # more time leaves the other limits as they are
    assert late in refused.text and 'value="3"' in refused.text and refused.context["form"]["shows_label"].value()
    request.refresh_from_db()
    assert request.state == "new" and Invitation.objects.get().ends_at < clock.now() + DAY


def test_a_request_that_was_answered_meanwhile_shows_its_answer(editor, video):
    request = asked(video)
    screen = f"{INDEX}{request.pk}/"
    answer(editor, request, "grant")
    again = answer(editor, request, "grant")
    assert again.status_code == 302 and again.url == screen
    assert "answered already" in editor.get(screen).text and Invitation.objects.count() == 1


def test_more_time_is_offered_to_those_who_had_an_invitation(editor, video):
    former, _token = create_invitation(video, kind="link", label="Jury", ends_at=clock.now() - DAY)
    assert 'value="more_time"' not in editor.get(f"{INDEX}{asked(video, 2).pk}/").text
    endless, _token = create_invitation(video, kind="link", label="Press")
    assert 'value="more_time"' not in editor.get(f"{INDEX}{asked(video, 3, endless).pk}/").text
    endless.delete()
    request = asked(video, 1, former)
    assert 'value="more_time"' in editor.get(f"{INDEX}{request.pk}/").text
    text = answer(editor, request, "more_time").text
    assert "Hello &lt;i&gt;Weber" in text and "You have more time" in text and "Write to ann@example.org" in text
    former.refresh_from_db()
    assert former.ends_at > clock.now() and Invitation.objects.count() == 1


def test_the_rules_of_the_site_hold_and_the_editor_is_told_what_they_want(editor, video):
    InvitationSettings.objects.update_or_create(site=video.get_site(), defaults={"most_at_once": 2})
    request = asked(video)
    refused = answer(editor, request, "grant")
    assert refused.context["form"].errors["at_once"] == ["The rules here allow 2 browsers at once at most."]
    assert AccessRequest.objects.get().state == "new" and not Invitation.objects.exists()
    assert answer(editor, request, "grant", at_once="2").context["link"]
    assert Invitation.objects.get().at_once == 2


def test_it_is_refused_blocked_and_deleted(editor, video):
    first, second = asked(video), asked(video, 2)
    assert answer(editor, first, "refuse").headers["Location"] == INDEX
    assert answer(editor, second, "block").headers["Location"] == INDEX
    assert list(AccessRequest.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "blocked"]
    again = answer(editor, second, "refuse")
    assert again.status_code == 302 and again.headers["Location"] == f"{INDEX}{second.pk}/"
    assert "2@example.org" in editor.get(f"{INDEX}{second.pk}/").text
    assert editor.get(f"{INDEX}{second.pk}/delete/").status_code == 200
    editor.post(f"{INDEX}{second.pk}/delete/")
    assert AccessRequest.objects.get() == first
    assert answer(editor, first, "dance").status_code == 400


def test_an_end_that_is_over_makes_nothing(editor, video):
    request = asked(video)
    refused = editor.post(f"{INDEX}{request.pk}/", {"action": "grant", "grant-ends_at": "2020-01-01T00:00"})
    assert "This moment is over" in refused.text
    assert not Invitation.objects.exists() and AccessRequest.objects.get().state == "new"


def test_nobody_else_sees_that_there_is_one(video):
    request = asked(video)
    for user in (factories.make_user("eve"), factories.make_user("ed", "Editors")):
        browser = factories.browser(user)
        for path in (INDEX, f"{INDEX}results/", f"{INDEX}{request.pk}/", f"{INDEX}{request.pk}/delete/"):
            response = browser.get(path)
            assert response.status_code in (302, 404) and "Weber" not in response.text, path
        for path in (f"{INDEX}{request.pk}/", f"{INDEX}{request.pk}/delete/"):
            assert browser.post(path, {"action": "refuse"}).status_code in (302, 404)
    assert AccessRequest.objects.get().state == "new"


def test_an_editor_of_one_section_sees_those_for_its_pages(video):
    group = Group.objects.create(name="Own")
    for permission in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=group, page=video.get_parent(), permission=_permission(f"{permission}_page")
        )
    user = factories.make_user("own", "Own")
    user.user_permissions.add(_permission("access_admin"))
    browser = factories.browser(user)
    own, other = asked(video), asked(factories.make_video(), 2)
    text = browser.get(INDEX).text
    assert "1@example.org" in text and "2@example.org" not in text
    assert browser.get(reverse("access_requests:answer", args=(own.pk,))).status_code == 200
    assert browser.get(reverse("access_requests:answer", args=(other.pk,))).status_code == 404


def _permission(codename):
    return Permission.objects.get(codename=codename)
