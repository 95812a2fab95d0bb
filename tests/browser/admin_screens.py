"""The screens of the admin that this project has: their addresses, from the URL resolver, and data for them."""

import contextlib
import datetime as dt
import itertools

from django.test import override_settings
from django.urls import URLResolver, clear_url_caches, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Locale, Site

from home.languages import visitor_language
from tests import factories
from tests.analytics.rows import view
from tests.home import block_pages
from tests.wagtail_admin.video_screens import give_frames
from video_pages.access.invitations import create_invitation
from video_pages.access.requests.asking import ask
from video_pages.access.requests.places import RequestPlace
from video_pages.core import clock
from video_pages.library import posters
from video_pages.models import VideoAccessSession
from video_pages.pages.translating import translate
from video_pages.self_test.models import SelfTestRun

GROUPS = ["Wagtail's", "films", "others"]
OURS = ("video_pages.wagtail_admin", "home")
LONG_NAME = "The_name_of_a_film_that_somebody_exported_with_every_detail_of_the_project_2026-11-29_FINAL_v12"

TRANSLATIONS = ["page_translations", "translation_texts", "translation_rest"]
"""What only a site with pages in several languages has: see `pages_in_german`."""
NO_SCREENS = {
    "data for Wagtail's scripts": (
        "wagtailadmin_api:pages:listing wagtailadmin_api:pages:detail wagtailadmin_api:pages:find "
        "wagtailadmin_api:pages:action wagtailadmin_api:images:listing wagtailadmin_api:images:detail "
        "wagtailadmin_api:images:find"
    ),
    "data for scripts of ours": "video_captions_document video_chosen_frame",
    "a file": "video_file_source video_captions_download video_poster_picture",
    "bytes of an upload": "tus_uploads tus_upload upload_parts upload_complete upload_leave",
    "a part of a screen that is tested whole": (
        "video_processing video_film_panel video_sessions video_statistics_report_results video_days_report_results "
        "videos:index_results open_sessions:index_results access_requests:index_results invitations:index_results"
    ),
    "takes forms (POST) only": (
        "upload_new_section video_captions_import video_poster_public video_fit page_place_in_list videos:columns "
        "invitations:codes"
    ),
    "leads to the list of videos": "videos_made",
}
"""{why they are no screens: names of addresses}"""


def make_data():
    """Return {argument of an address: values}; there is something of each kind to be shown."""
    user = factories.make_superuser()
    section = factories.make_section("Gala films", password="of the section")
    films = [make_film(title, section, user) for title in ("Summer gala", LONG_NAME.replace("_", " "))]
    block_pages.home_with(*block_pages.every_block(films[0], section, block_pages.make_image()))
    waiting = factories.make_video("Without a file", section=section, password=None, live=False)
    type(waiting).objects.filter(pk=waiting.pk).update(video_file=None)
    invitation, _secret = create_invitation(films[1], kind="link", label="The jury of the summer gala")
    asked = ask(
        RequestPlace(films[0]), client="192.0.2.1", name="Ms Weber", email="weber@example.org", reason="For a review"
    )
    SelfTestRun.objects.create(state="done", finished_at=clock.now(), checked=3, red=0, rows=[])
    return {
        "page_id": [section.pk, films[1].pk],
        "track_id": [films[1].video_file.text_tracks.first().pk],
        "media_id": [films[1].video_file_id],
        "pk": [invitation.pk, asked.pk],
        "first": [0],
        "page_to_move_id": [films[0].pk],
        "site": [Site.objects.get().pk],
    }


def make_film(title, section, user):
    file = factories.make_video_file(title=title, user=user, duration=15.0)
    type(file).objects.filter(pk=file.pk).update(original_filename=f"{title.replace(' ', '_')}.mp4")
    give_frames(file, ("red", "green"))
    posters.choose_frame(file, 1)
    film = factories.make_video(title, section=section, video_file=file)
    for label, language in (("English", "en"), ("Deutsch für Schwerhörige", "de")):
        fields = {"kind": "subtitles", "label": label, "language": language}
        factories.add_text_track(file, [], **fields, is_default=False, is_hidden=False)
    now = timezone.now()
    ends = {"created_at": now, "expires_at": now + dt.timedelta(hours=1)}
    VideoAccessSession.objects.create(
        video=film, session_key=title[:60], device="phone", browser_family="Safari", network="192.0.2.0/24", **ends
    )
    view(film, now, device="phone", referrer="school.example", played=[(0, 50)])
    return film


@contextlib.contextmanager
def pages_in_german():
    """Have pages in German beside those in English, in this process."""
    names = [("en", "English"), ("de", "Deutsch")]
    with override_settings(PAGE_LANGUAGES=("de",), WAGTAIL_I18N_ENABLED=True, WAGTAIL_CONTENT_LANGUAGES=names):
        _forget_languages()
        yield
    _forget_languages()


def _forget_languages():
    clear_url_caches()
    visitor_language.forget_offered()
    Site.clear_site_root_paths_cache()


def translate_one(film):
    """Translate `film` and the section around it into German; the other films of the section are left."""
    german, _made = Locale.objects.get_or_create(language_code="de")
    translate(film, german)


def patterns(resolver=None, names=(), route=""):
    """Yield ("namespace:name", pattern) of each address in the admin whose view is one of ours."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*names, pattern.namespace) if pattern.namespace else names, whole)
        elif pattern.name and whole.startswith("admin/"):
            view_of = getattr(pattern.callback, "view_class", pattern.callback)
            if view_of.__module__.startswith(OURS):
                yield ":".join([*names, pattern.name]), pattern


def addresses(data):
    """Return {address: its name} of all our views in the admin, with each value of their arguments that `data` has."""
    found = {}
    for name, pattern in patterns():
        arguments = pattern.pattern.converters
        for values in itertools.product(*(data.get(argument, []) for argument in arguments)):
            found[reverse(name, kwargs=dict(zip(arguments, values, strict=True)))] = name
    return found


def wagtails_screens(data):
    """Return the addresses of Wagtail's screens with panels, lists or forms of ours."""
    section, film = data["page_id"]
    home = factories.get_home().pk
    ids = f"id={film}"
    return [
        "/admin/",
        *(f"/admin/pages/{page}/edit/" for page in (home, section, film)),
        *(f"/admin/pages/{page}/" for page in (home, section)),
        f"/admin/pages/{film}/history/",
        f"/admin/pages/add/video_pages/videoindexpage/{home}/",
        f"/admin/pages/add/home/ordinarypage/{home}/",
        *("/admin/media/", f"/admin/media/edit/{data['media_id'][0]}/"),
        f"/admin/settings/home/sitesettings/{data['site'][0]}/",
        f"/admin/settings/video_pages/accesssettings/{data['site'][0]}/",
        f"/admin/invitations/new/?page={film}",
        *(f"/admin/bulk/video_pages/videopage/{action}/?{ids}" for action in ("publish", "set_one_password", "delete")),
    ]


def addresses_of(data, group):
    """Return {address: its name} of a group: a third of the work each, for one test; or of "translations"."""
    if group == "Wagtail's":
        return {address: address for address in wagtails_screens(data)}
    return {address: name for address, name in addresses(data).items() if group_of(address, name) == group}


def group_of(address, name):
    if name in TRANSLATIONS:
        return "translations"
    return "films" if address.startswith("/admin/videos/") else "others"


def names_without_screens():
    return {name for names in NO_SCREENS.values() for name in names.split()}


def screens(client, data, group):
    """Return the addresses of `group` that answer `client` with a whole page of the admin.

    Each name of an address has one, but for NO_SCREENS: a screen that answers no more is not left out of the tests.
    """
    wanted = addresses_of(data, group)
    found = [address for address in wanted if is_whole_page(client.get(address))]
    missing = set(wanted.values()) - {wanted[address] for address in found}
    assert missing == names_without_screens().intersection(wanted.values())
    return found


def is_whole_page(response):
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return is_page and not response.streaming and b"<html" in response.content
