"""News of invitations: the dashboard, the setting of an account, and the mail once a day."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from tests.access.invitations.links import guest, play
from tests.factories import browser, make_section, make_superuser, make_video
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.core import clock
from video_pages.models import Invitation, InvitationMail
from video_pages.pages import invitation_mail, invitation_news
from video_pages.pages.invitation_mail import send_due
from video_pages.pages.invitation_news import news_for

pytestmark = pytest.mark.django_db
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
ACCOUNT = "/admin/account/"


@pytest.fixture(autouse=True)
def server(settings):
    settings.DELIVERS_MAIL = True
    settings.WAGTAILADMIN_BASE_URL = "https://films.example"


@pytest.fixture
def admin():
    return make_superuser()


@pytest.fixture
def video():
    return make_video("Salt flats")


def link(page, label="Jury B", **options):
    return create_invitation(page, kind="link", label=label, **options)[0]


def wants(user, about="all", **fields):
    return InvitationMail.objects.create(user=user, about=about, **fields)


def played(page, *labels, **options):
    for label in labels:
        play(guest(link(page, label, **options)), page)


def test_the_first_playback_and_the_ends_are_news_and_an_end_by_hand_is_none(admin, video):
    now = clock.now()
    invitation = link(video, window_hours=1)
    play(guest(invitation), video)
    over, ended = link(video, "Over"), link(video, "By hand")
    Invitation.objects.filter(pk__in=[over.pk, ended.pk]).update(ends_at=now + MINUTE)
    end_invitation(ended)
    news = news_for(admin, now - DAY, now + 2 * 60 * MINUTE)
    found = [(each.invitation.label, each.text) for each in news]
    assert found == [
        ("Jury B", "The watch window of viewer 1 has ended"),
        ("Over", "Ended by its date"),
        ("Jury B", "Played for the first time"),
    ]
    assert news_for(admin, now + 2 * DAY, now + 3 * DAY) == []


def test_the_mail_comes_once_a_day_and_only_if_there_is_news(admin, video):
    row = wants(admin)
    Site.objects.update(site_name="Hall 3")
    now = clock.now()
    assert send_due(now) == 0 and mail.outbox == []
    played(video, "Jury B\r\nBcc: x@example.org")
    assert send_due(now + DAY - MINUTE) == 0
    assert send_due(now + DAY) == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([admin.email], "Invitations: 1 piece of news · Hall 3")
    assert "Jury B Bcc: x@example.org, to “Salt flats”\n  Played for the first time: " in sent.body
    assert f"https://films.example/admin/invitations/{Invitation.objects.get().pk}/" in sent.body
    assert "srw_" not in sent.body
    assert send_due(now + DAY) == send_due(now + 2 * DAY) == 0
    row.refresh_from_db()
    assert row.mailed_until == now + 2 * DAY


def test_one_gets_mail_about_what_one_manages_or_has_made(admin, video):
    editor = make_editor_of(make_section("Elsewhere"), "change", "publish")
    wants(editor), wants(admin, "own")
    played(video, "Of somebody else")
    assert send_due(clock.now() + MINUTE) == 0
    played(video, "Mine", user=admin)
    InvitationMail.objects.update(mailed_until=None)
    assert send_due(clock.now() + 2 * MINUTE) == 1
    assert "Mine" in mail.outbox[0].body and "Of somebody else" not in mail.outbox[0].body


def test_the_first_playbacks_are_not_pushed_out_by_many_that_ended_unplayed(admin, video, monkeypatch):
    monkeypatch.setattr(invitation_news, "MOST", 3)
    played(video, "Jury B")
    for number in range(4):
        unplayed = link(video, f"Unplayed {number}")
        type(unplayed).objects.filter(pk=unplayed.pk).update(ends_at=clock.now() - MINUTE)
    news = news_for(admin, clock.now() - DAY, clock.now() + MINUTE)
    assert [each.invitation.label for each in news if each.kind == "first_played"] == ["Jury B"]
    assert len(news) == 3


def test_an_address_that_no_mail_can_have_stops_no_other(admin, video):
    wants(make_superuser("first")), wants(admin)
    User.objects.filter(username="first").update(email=f"first@{'ü' * 70}.example")
    played(video, "Jury B")
    assert send_due(clock.now() + MINUTE) == 1
    assert [sent.to for sent in mail.outbox] == [[admin.email]]


def test_news_wait_for_an_address_that_can_have_mail(admin, video):
    wants(admin)
    User.objects.filter(pk=admin.pk).update(email=f"first@{'ü' * 70}.example")
    played(video, "Jury B")
    now = clock.now() + MINUTE
    assert send_due(now) == send_due(now + 2 * DAY) == 0
    User.objects.filter(pk=admin.pk).update(email="first@example.org")
    assert send_due(now + 2 * DAY + MINUTE) == 1
    assert "Jury B" in mail.outbox[0].body


@pytest.mark.parametrize("why", ["no server", "nothing wanted", "no address", "inactive"])
def test_nobody_else_gets_any(admin, video, settings, why):
    settings.DELIVERS_MAIL = why != "no server"
    admin.email, admin.is_active = "" if why == "no address" else admin.email, why != "inactive"
    admin.save()
    wants(admin, "nothing" if why == "nothing wanted" else "all")
    played(video, "Jury B")
    assert send_due(clock.now() + MINUTE) == 0 and mail.outbox == []


def test_a_mail_that_the_server_refuses_is_sent_later_and_stops_no_other(admin, video, monkeypatch):
    wants(make_superuser("first")), wants(admin)
    played(video, "Jury B")
    send = invitation_mail.EmailMessage.send

    def refuse_one(message):
        if message.to == ["first@example.org"]:
            raise ConnectionRefusedError
        return send(message)

    monkeypatch.setattr(invitation_mail.EmailMessage, "send", refuse_one)
    now = clock.now() + MINUTE
    assert send_due(now) == 1
    monkeypatch.undo()
    assert send_due(now + MINUTE) == 1
    assert [sent.to for sent in mail.outbox] == [[admin.email], ["first@example.org"]]


def test_the_setting_is_in_the_account_of_those_who_may_invite_if_the_site_sends_mail(admin, video, settings):
    client = browser(admin)
    shown = client.get(ACCOUNT)
    assert "Mail about invitations" in shown.content.decode()
    fields = {}
    for panels in shown.context["panels_by_tab"].values():
        for panel in panels:
            for field in panel.get_form() if panel.form_class else []:
                fields[field.html_name] = field.value() or ""
    fields |= {"name_email-first_name": "Ada", "name_email-last_name": "Lovelace", "invitation_mail-about": "own"}
    assert client.post(ACCOUNT, fields).status_code == 302
    assert InvitationMail.objects.get().about == "own"
    settings.DELIVERS_MAIL = False
    assert "Mail about invitations" not in client.get(ACCOUNT).content.decode()


def test_the_dashboard_has_the_news_and_its_queries_do_not_grow(admin, video):
    client = browser(admin)
    assert "Invitations lately" not in client.get("/admin/").content.decode()
    link(video, "Quiet")
    assert "none was played for the first time" in client.get("/admin/").content.decode()
    played(video, "Jury B", window_hours=1)

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert "Played for the first time" in client.get("/admin/").content.decode()
        return len(asked)

    few = count()
    for number in range(45):
        Invitation.objects.filter(pk=link(video, f"Jury {number}").pk).update(first_played_at=clock.now())
    assert count() == few
    assert "The newest 10 of 46 in the last 7 days." in client.get("/admin/").content.decode()
    stranger = browser(make_editor_of(make_section("Elsewhere"), "change", "publish"))
    assert "Invitations lately" not in stranger.get("/admin/").content.decode()
