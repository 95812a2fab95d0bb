"""The admin screens of ours, and those of Wagtail that we extend: name, address, what is done before."""

from django.urls import reverse

from tests.browser.visual import demo
from tests.browser.visual.public import Screen
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


BULK = (
    "set_one_password give_own_passwords end_all_access end_date set_window list_videos change_tags schedule "
    "process_again publish unpublish move delete"
).split()
SCREENS = [
    Screen("admin-dashboard", lambda site: "/admin/"),
    Screen("admin-explorer", named("wagtailadmin_explore", "videos")),
    Screen("admin-videos", named("videos:index")),
    Screen("admin-upload", named("upload_video")),
    Screen("admin-film", named("wagtailadmin_pages:edit", "film")),
    Screen("admin-section", named("wagtailadmin_pages:edit", "programme")),
    Screen("admin-home", named("wagtailadmin_pages:edit", "home")),
    Screen("admin-home-blocks", named("wagtailadmin_pages:edit", "home"), rows=demo.home_of_blocks),
    Screen("admin-access", named("video_access", "film")),
    Screen("admin-access-section", named("video_access", "club")),
    Screen("admin-sessions", named("open_sessions:index")),
    Screen("admin-requests", named("access_requests:index")),
    Screen("admin-request", named("access_requests:answer", "request")),
    Screen("admin-invitations", named("invitations:index")),
    Screen("admin-invite", lambda site: f"/admin/invitations/new/?page={site.film.pk}&for=client"),
    Screen("admin-invite-many", lambda site: f"/admin/invitations/new/?page={site.film.pk}&for=client&many=1"),
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
    Screen("admin-poster", named("video_poster", "film")),
    Screen("admin-version", named("video_new_version", "film")),
    Screen("admin-editors", named("section_editors", "videos")),
    Screen("admin-arranging", lambda site: f"/admin/pages/{site.videos.pk}/?ordering=ord"),
    Screen("admin-place", named("page_place", "film")),
    Screen("admin-see-as", named("video_see_as", "film")),
    Screen("admin-appearance", lambda site: "/admin/settings/home/sitesettings/"),
    Screen("admin-access-settings", lambda site: "/admin/settings/video_pages/accesssettings/"),
    Screen("admin-account", named("wagtailadmin_account")),
    *(Screen(f"admin-bulk-{action.replace('_', '-')}", bulk(action)) for action in BULK),
]
