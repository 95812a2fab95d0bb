"""The admin screens of ours, and those of Wagtail that we extend: name, address, what is done before."""

from django.urls import reverse

from tests.browser import admin_screens
from tests.browser.visual import demo
from tests.browser.visual.public import Screen, pressed
from video_pages.models import VideoPage


def named(name, *of):
    """Return a function of the site: the address `name` with the keys of its rows `of`."""

    def at(site):
        rows = [getattr(site, each) if isinstance(each, str) else each for each in of]
        return reverse(name, args=[getattr(row, "pk", row) for row in rows])

    return at


def bulk(action):
    """Return a function of the site: the confirmation of a bulk action for two films."""

    def at(site):
        model = VideoPage._meta
        address = reverse("wagtail_bulk_action", args=(model.app_label, model.model_name, action))
        return f"{address}?id={site.film.pk}&id={site.long.pk}"

    return at


def translated(name, *, of="film", code=()):
    """Return a screen of a site with pages in two languages; `of` names the page whose translations it is about."""
    return Screen(
        f"admin-{name.replace('_', '-')}",
        lambda site: reverse(name, args=[getattr(site, of).pk, *code]),
        rows=demo.in_german,
        around=admin_screens.pages_in_german,
    )


def many_form(site):
    return f"/admin/invitations/new/?page={site.film.pk}&for=client&many=1"


def made(page):
    page.fill("[name=invitation-label]", "The jury of the northern festival")
    page.click("form.invitation-form button[type=submit]")
    page.wait_for_selector(".invitation-made")


def many_made(page):
    page.fill("[name=invitation-names]", "Karla Weber, karla@films.example\n森 純, jun@films.example\nTom Reed")
    page.click("form.invitation-form button[type=submit]")
    page.wait_for_selector(".invitation-codes")


def printed(page):
    many_made(page)
    page.evaluate("() => { document.querySelector('.invitation-codes').target = ''; }")
    page.click(".invitation-codes button:not([name])")
    page.wait_for_selector(".codes")


NEW_SECTION = pressed("[data-a11y-dialog-show=new-section-dialog]", "#new-section-dialog form")
SECRETS = ("code", "#invitation-message", ".invitation-made__code img", ".codes__code")
BULK = (
    "set_one_password give_own_passwords end_all_access end_date set_window list_videos change_tags schedule "
    "process_again publish unpublish move delete"
).split()
SCREENS = [
    Screen("admin-dashboard", lambda site: "/admin/"),
    Screen("admin-explorer", named("wagtailadmin_explore", "videos")),
    Screen("admin-videos", named("videos:index")),
    Screen("admin-upload", named("upload_video")),
    Screen("admin-new-section", named("upload_video"), NEW_SECTION),
    Screen("admin-film", named("wagtailadmin_pages:edit", "film")),
    Screen("admin-section", named("wagtailadmin_pages:edit", "programme")),
    Screen("admin-home", named("wagtailadmin_pages:edit", "home")),
    Screen("admin-home-blocks", named("wagtailadmin_pages:edit", "home"), rows=demo.home_of_blocks),
    Screen("admin-access", named("video_access", "film")),
    Screen("admin-access-section", named("video_access", "club")),
    Screen("admin-sessions", named("open_sessions:index")),
    Screen("admin-requests", named("access_requests:index")),
    Screen("admin-request", named("access_requests:answer", "request")),
    Screen("admin-request-delete", named("access_requests:delete", "request")),
    Screen("admin-invitations", named("invitations:index")),
    Screen("admin-invite", lambda site: f"/admin/invitations/new/?page={site.film.pk}&for=client"),
    Screen("admin-invite-many", many_form),
    Screen(
        "admin-invited", lambda site: f"/admin/invitations/new/?page={site.film.pk}&for=client", made, hidden=SECRETS
    ),
    Screen("admin-invited-many", many_form, many_made, hidden=SECRETS),
    Screen("admin-invited-printed", many_form, printed, hidden=SECRETS, leads_to="invitations:codes"),
    Screen("admin-invitation", named("invitations:detail", "invitation")),
    Screen("admin-invitation-change", named("invitations:change", "invitation")),
    Screen("admin-invitation-renew", named("invitations:renew", "invitation")),
    Screen("admin-record", named("invitations:record", "invitation")),
    Screen("admin-sheet", named("invitations:sheet", "videos")),
    Screen("admin-rules", named("invitations:rules", "videos")),
    Screen("admin-statistics", named("video_statistics", "film")),
    Screen("admin-report-videos", named("video_statistics_report")),
    Screen("admin-report-days", named("video_days_report")),
    Screen("admin-self-test", named("video_self_test")),
    Screen("admin-captions", named("video_captions", "film")),
    Screen("admin-captions-add", named("video_captions_add", "film")),
    Screen("admin-captions-edit", named("video_captions_edit", "film", "track")),
    Screen("admin-captions-change", named("video_captions_change", "film", "track")),
    Screen("admin-captions-delete", named("video_captions_delete", "film", "track")),
    Screen("admin-poster", named("video_poster", "film")),
    Screen("admin-version", named("video_new_version", "film")),
    Screen("admin-process-again", named("video_process_again", "film")),
    Screen("admin-stop-processing", named("video_stop_processing", "waiting")),
    Screen("admin-keep-as-draft", named("video_keep_as_draft", "waiting")),
    Screen("admin-file-usage", lambda site: reverse("video_file_usage", args=[site.film.video_file_id])),
    Screen("admin-section-alike", named("section_alike", "videos")),
    translated("page_translations"),
    translated("translation_texts", code=["de"]),
    translated("translation_rest", of="videos", code=["de"]),
    Screen("admin-editors", named("section_editors", "videos")),
    Screen("admin-arranging", lambda site: f"/admin/pages/{site.videos.pk}/?ordering=ord"),
    Screen("admin-place", named("page_place", "film")),
    Screen("admin-see-as", named("video_see_as", "film")),
    Screen("admin-appearance", lambda site: "/admin/settings/home/sitesettings/"),
    Screen("admin-access-settings", lambda site: "/admin/settings/video_pages/accesssettings/"),
    Screen("admin-account", named("wagtailadmin_account")),
    *(Screen(f"admin-bulk-{action.replace('_', '-')}", bulk(action)) for action in BULK),
]
