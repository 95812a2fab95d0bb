"""The commands create_invitation, invitations and end_invitation, as operators and programs use them."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError
from wagtail.models import Page, Site

from home.models import HomePage
from tests.access.invitations.links import guest, play
from tests.commands.invitations import created, run
from tests.factories import browser, make_section, make_video, unlock
from video_pages.access.invitations.tokens import find_invitation
from video_pages.analytics.invitations import watched_percent
from video_pages.analytics.watch_reports import to_hex
from video_pages.models import Invitation, VideoAccessSession, VideoView

pytestmark = pytest.mark.django_db


def test_a_link_is_made_by_the_address_or_the_uuid_of_a_page(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://films.example"
    section = make_section()
    video = make_video(section=section)
    for name, page in ((section.url, section), (video.url, video), (str(video.uuid), video)):
        made = created("--for", name, "--kind", "link")
        invitation = find_invitation(made["secret"])
        assert (invitation.pk, invitation.page, invitation.label) == (made["id"], page, "Jury B")
        assert made["url"] == f"https://films.example/w/{made['secret']}"


@pytest.mark.parametrize("kind", ["link", "password"])
def test_the_address_is_at_the_site_of_the_page(settings, kind):
    settings.WAGTAILADMIN_BASE_URL = "https://films.example/"
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Other", slug="other"))
    Site.objects.create(hostname="archive.example", port=443, root_page=home)
    for parent, host in ((home, "https://archive.example"), (None, "https://films.example")):
        section = make_section(parent=parent)
        made = created("--for", str(make_video(section=section).uuid), "--kind", kind)
        video = find_invitation(made["secret"]).page if kind == "link" else Invitation.objects.latest("pk").page
        path = f"/w/{made['secret']}" if kind == "link" else f"/{section.slug}/{video.slug}/"
        assert made["url"] == host + path


def test_a_password_is_made_with_all_limits_and_opens_its_page():
    video = make_video()
    limits = "--opens 2020-01-01T00:00Z --ends 2100-01-01 --window-hours 48 --viewers 3 --at-once 2 --download".split()
    made = created("--for", video.url, "--kind", "password", *limits)
    invitation = Invitation.objects.get(pk=made["id"])
    assert invitation.opens_at == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert (invitation.window_hours, invitation.most_viewers, invitation.at_once) == (48, 3, 2)
    assert invitation.ends_at.year >= 2099 and invitation.allows_download
    assert made["url"].endswith(video.url)
    assert unlock(browser(), video, made["secret"]).status_code == 303


def test_without_json_a_line_for_people_has_the_secret():
    video = make_video()
    assert "/w/srw_" in run("create_invitation", "--for", video.url, "--kind", "link", "--label", "A")


@pytest.mark.parametrize(
    "args",
    [
        ["--for", "/nowhere/", "--kind", "link", "--label", "A"],
        ["--for", "/", "--kind", "link", "--label", "A"],
        ["--for", "{video}", "--kind", "link", "--label", "A", "--ends", "tomorrow"],
        ["--for", "{video}", "--kind", "link", "--label", "A", "--viewers", "0"],
        ["--for", "{video}", "--kind", "link", "--label", " "],
    ],
)
def test_what_cannot_be_made_is_refused(args):
    video = make_video()
    with pytest.raises(CommandError):
        run("create_invitation", *[arg.format(video=video.url) for arg in args])
    assert not Invitation.objects.exists()


def test_the_list_says_what_became_of_each():
    video = make_video()
    made = created("--for", video.url, "--kind", "link", "--viewers", "1")
    play(guest(Invitation.objects.get()), video)
    VideoView.objects.update(watched=to_hex((1 << 40) - 1), watched_buckets=40)
    created("--for", video.url, "--kind", "password")
    unused, played = [json.loads(line) for line in run("invitations", "--json").splitlines()]
    assert set(played) == {
        "id", "label", "kind", "state", "uses", "first_played_at", "last_used_at", "watched_percent",
    }  # fmt: skip
    assert (played["id"], played["kind"], played["state"], played["uses"]) == (made["id"], "link", "used_up", 1)
    assert played["watched_percent"] == 40 and dt.datetime.fromisoformat(played["first_played_at"]).tzinfo
    assert (unused["state"], unused["uses"], unused["watched_percent"]) == ("active", 0, 0)
    assert (unused["first_played_at"], unused["last_used_at"]) == (None, None)
    assert "Jury B" in run("invitations")


def test_the_percent_is_the_mean_over_viewers_and_films_of_all_their_views():
    section = make_section()
    first, second = (make_video(section=section, password=None) for _number in range(2))
    made = created("--for", section.url, "--kind", "link")
    client = guest(Invitation.objects.get())
    for video in (first, second):
        play(client, video)
    VideoView.objects.filter(video=first).update(watched=to_hex((1 << 60) - 1))
    view = VideoView.objects.get(video=first)
    view.pk, view.access_ref, view.watched = None, "session:again", to_hex(((1 << 60) - 1) << 40)
    view.save()
    assert watched_percent([made["id"]]) == {made["id"]: 50}


def test_an_ended_one_has_ended_and_so_has_its_access():
    video = make_video()
    made = created("--for", video.url, "--kind", "link")
    guest(Invitation.objects.get())
    assert "has ended" in run("end_invitation", str(made["id"]))
    assert not VideoAccessSession.objects.exists()
    assert json.loads(run("invitations", "--json"))["state"] == "revoked"
    assert "before" in run("end_invitation", str(made["id"]))
    with pytest.raises(CommandError):
        run("end_invitation", "99999999")
