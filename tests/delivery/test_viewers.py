"""The viewers that are counted: one browser is one viewer for one day; machines and prefetches are not counted."""

import datetime as dt

import pytest
from django.db import DatabaseError
from django.test import RequestFactory
from django.utils import timezone

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from video_pages.access.browser import SESSION_NAME, VIEWER_NAME
from video_pages.access.visitor import visitor_of
from video_pages.analytics import viewers
from video_pages.core import user_agents
from video_pages.models import AccessEvent, DailySalt, VideoAccessSession, VideoPage, VideoView
from video_pages.pages import protected

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
ANDROID = CHROME.replace("Windows NT 10.0; Win64; x64", "Linux; Android 16; Pixel 9").replace("Safari", "Mobile Safari")
ANDROID_TABLET = CHROME.replace("Windows NT 10.0; Win64; x64", "Linux; Android 16; SM-X710")
BRAVIA = CHROME.replace("Windows NT 10.0; Win64; x64", "Linux; Android 12; BRAVIA 4K UR3")
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

NOW = timezone.make_aware(dt.datetime(2026, 5, 1, 12), dt.UTC)


@pytest.mark.django_db
class TestViewers:
    @pytest.fixture
    def video(self):
        return factories.make_video()

    def seen(self):
        return list(VideoView.objects.order_by("pk").values_list("viewer", flat=True))

    def test_a_browser_that_unlocks_again_is_the_same_viewer(self, video):
        client = unlocked(video)
        client.get(source_url(video))
        first_key = client.session[SESSION_NAME]
        factories.unlock(client, video)
        client.get(source_url(video))
        assert client.session[SESSION_NAME] != first_key
        one, two = self.seen()
        assert one == two and len(one) == 32

    def test_of_two_videos_as_well(self, video):
        other = factories.make_video()
        client = unlocked(video)
        factories.unlock(client, other)
        for page in (video, other):
            client.get(source_url(page))
        assert len(set(self.seen())) == 1

    def test_two_browsers_of_one_kind_at_one_address_are_two(self, video):
        for client in (unlocked(video), unlocked(video)):
            client.get(source_url(video), headers={"User-Agent": FIREFOX})
        assert len(set(self.seen())) == 2

    def test_without_a_session_address_and_kind_of_browser_tell_viewers_apart(self, video):
        VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
        for agent, address in ((FIREFOX, "192.0.2.1"), (CHROME, "192.0.2.1"), (CHROME, "192.0.2.2")):
            client = factories.browser(REMOTE_ADDR=address)
            client.get(source_url(video), headers={"User-Agent": agent})
        assert len(set(self.seen())) == 3
        assert not VideoAccessSession.objects.exists()

    def test_nothing_that_is_kept_holds_an_address_or_the_id_of_a_session(self, video):
        client = unlocked(video)
        client.get(source_url(video), headers={"User-Agent": IPHONE}, REMOTE_ADDR="203.0.113.77")
        kept = str(VideoView.objects.values().get())
        for secret in ("203.0.113", client.session[VIEWER_NAME], client.session.session_key, "iPhone OS"):
            assert secret not in kept
        assert VideoView.objects.get().device == "phone"

    def test_the_same_browser_is_somebody_else_the_day_after(self):
        today, later = (viewers.viewer_digest("browser", now=NOW + dt.timedelta(days=days)) for days in (0, 1))
        assert today != later
        assert viewers.viewer_digest("browser", now=NOW) == today
        assert viewers.viewer_digest("another", now=NOW) != today

    def test_salts_go_after_the_day_after(self):
        for days in (0, 1, 2):
            viewers.viewer_digest("browser", now=NOW - dt.timedelta(days=days))
        assert viewers.remove_old_salts(now=NOW) == 1
        assert sorted(DailySalt.objects.values_list("day", flat=True)) == [dt.date(2026, 4, 30), dt.date(2026, 5, 1)]

    def test_what_could_be_tried_out_goes_after_the_day_after(self, video):
        VideoPage.objects.filter(pk=video.pk).update(open_to_everyone=True)
        for address in ("192.0.2.1", "192.0.2.2"):
            factories.browser(REMOTE_ADDR=address).get(source_url(video))
        now = timezone.now()
        assert viewers.anonymise_open_views(now=now + dt.timedelta(days=1)) == 0
        refs = set(VideoView.objects.values_list("access_ref", flat=True))
        assert all(ref.startswith("open:") for ref in refs)
        assert viewers.anonymise_open_views(now=now + dt.timedelta(days=2)) == 2
        assert set(VideoView.objects.values_list("access_ref", flat=True)) == {
            f"over:{pk}" for pk in VideoView.objects.values_list("pk", flat=True)
        }
        assert viewers.anonymise_open_views(now=now + dt.timedelta(days=2)) == 0

    def test_signing_in_leaves_the_viewer_the_same(self, video):
        client = unlocked(video)
        client.get(source_url(video))
        client.force_login(factories.make_user())
        factories.unlock(client, video)
        client.get(source_url(video))
        assert len(set(self.seen())) == 1


@pytest.mark.django_db
class TestLeftOut:
    @pytest.fixture
    def video(self):
        return factories.make_video()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Purpose": "prefetch"},
            {"Sec-Purpose": "prefetch;prerender"},
            {"Purpose": "prefetch"},
            {"X-Moz": "prefetch"},
            {"User-Agent": GOOGLEBOT},
            {"User-Agent": "facebookexternalhit/1.1"},
            {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
            {"User-Agent": "Pingdom.com_bot_version_1.4"},
        ],
    )
    def test_bytes_that_nobody_watches_count_nothing(self, video, headers):
        client = unlocked(video)
        assert client.get(source_url(video), headers=headers).status_code == 200
        assert not VideoView.objects.exists()
        client.get(source_url(video), headers={"User-Agent": FIREFOX})
        assert VideoView.objects.count() == 1

    @pytest.mark.parametrize(
        "agent", ["", "curl/8.14", "VLC/3.0.21 LibVLC/3.0.21", CHROME.replace("Chrome", "HeadlessChrome")]
    )
    def test_whoever_has_a_password_and_is_no_crawler_counts(self, video, agent):
        unlocked(video).get(source_url(video), headers={"User-Agent": agent})
        assert VideoView.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "family", "device"),
    [
        (FIREFOX, "Firefox", "computer"),
        (CHROME, "Chrome", "computer"),
        (CHROME + " Edg/140.0", "Edge", "computer"),
        (CHROME + " OPR/120.0", "Opera", "computer"),
        (IPHONE, "Safari", "phone"),
        (IPHONE.replace("Version/18.5", "CriOS/140.0"), "Chrome", "phone"),
        (IPHONE.replace("Version/18.5", "FxiOS/140.0"), "Firefox", "phone"),
        (IPHONE.replace("iPhone;", "iPad;"), "Safari", "tablet"),
        (ANDROID, "Chrome", "phone"),
        (ANDROID.replace("Chrome/", "SamsungBrowser/28.0 Chrome/"), "Samsung Internet", "phone"),
        (ANDROID_TABLET, "Chrome", "tablet"),
        (BRAVIA, "Chrome", "tv"),
        ("Mozilla/5.0 (PlayStation; PlayStation 5/9.00) AppleWebKit/605.1.15 Safari/605.1.15", "Safari", "other"),
        ("curl/8.14", "curl", "other"),
        ("", "", "other"),
        ("x" * 100_000, "", "other"),
    ],
)
def test_browsers_are_known_by_what_they_say(agent, family, device):
    assert user_agents.browser_family(agent) == family
    assert user_agents.device_of(agent) == device
    assert not user_agents.is_bot(agent)


@pytest.mark.django_db
class TestPasswordsTyped:
    """Counted at the page where they were typed, whatever guards it."""

    def kinds(self, **page):
        return list(AccessEvent.objects.filter(**page).order_by("pk").values_list("kind", flat=True))

    def test_right_and_wrong_ones_count_at_their_page(self):
        section = factories.make_section(password="section-password")
        video = factories.make_video(section=section, password=None)
        client = factories.browser()
        factories.unlock(client, video, "wrong")
        factories.unlock(client, video, "section-password")
        factories.unlock(client, section, "section-password")
        assert self.kinds(video=video) == ["refused", "unlock"]
        assert self.kinds(section=section) == ["unlock"]

    def test_an_aliass_count_at_its_source(self):
        video = factories.make_video()
        alias = video.create_alias(parent=factories.make_section(), update_slug="another-place")
        factories.unlock(factories.browser(), alias)
        assert self.kinds(video=video) == ["unlock"]

    def test_what_was_not_tried_does_not_count(self):
        video = factories.make_video()
        client = factories.browser()
        client.post(video.url, {"password": ""})
        for _guess in range(8):
            answer = factories.unlock(client, video, "wrong")
        assert answer.status_code == 429
        assert self.kinds() == ["refused"] * 5

    def test_editors_do_not_count(self):
        factories.unlock(factories.browser(factories.make_superuser()), factories.make_video())
        assert self.kinds() == []

    def test_whoever_calls_itself_a_machine_counts_all_the_same(self):
        video, client = factories.make_video(), factories.browser()
        for _guess in range(8):
            factories.unlock(client, video, "wrong", headers={"User-Agent": GOOGLEBOT})
        factories.unlock(factories.browser(), video, headers={"User-Agent": GOOGLEBOT}, REMOTE_ADDR="192.0.2.7")
        assert self.kinds() == ["refused"] * 5 + ["unlock"]

    def test_a_figure_that_can_not_be_written_breaks_no_unlock(self, monkeypatch, caplog):
        def full_disk(**_event):
            raise DatabaseError("database or disk is full")

        monkeypatch.setattr(protected, "record_attempt", full_disk)
        video = factories.make_video()
        client = factories.browser()
        assert factories.unlock(client, video, "wrong").status_code == 403
        assert factories.unlock(client, video).status_code == 303
        assert client.get(source_url(video)).status_code == 200
        assert "was not counted" in caplog.text


def test_headers_ask_not_to_be_followed(settings):
    def asks(**headers):
        return visitor_of(RequestFactory().get("/", headers=headers)).opts_out_of_tracking

    assert asks(**{"Sec-GPC": "1"}) and asks(DNT="1")
    assert not asks() and not asks(DNT="0") and not asks(**{"Sec-GPC": "0"})
    settings.RESPECT_DO_NOT_TRACK = False
    assert not asks(DNT="1")
