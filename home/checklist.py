"""The dashboard's checklist for a new site: the first steps, and which of them are done.

The pages of the demo do not count. The database stores only that a user has dismissed the list.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Site

from home.models import SiteSettings
from video_pages.access.models import VideoAccessSession
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import explorable_pages
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.sections.demo import demo_sections, demo_videos
from video_pages.sections.editors import has_editors
from video_pages.wagtail_admin.uploads.first_section import add_section_url
from video_pages.wagtail_admin.uploads.screen import VIEW_NAME as UPLOAD
from video_pages.wagtail_admin.uploads.screen import may_see_screen

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OWN_APPEARANCE = (
    *("name", "colour", "fonts", "logo", "logo_by_night", "logo_drawing", "logo_drawing_by_night"),
    *("password_note", "contact"),
)
"""The columns of SiteSettings that tell visitors whose site it is."""


class ChecklistStep(ABC):
    """One step for the user of `request`. The addresses and the queries are asked once."""

    title: "StrPromise"
    reason: "StrPromise"

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user = request, request.user

    @cached_property
    def url(self) -> str:
        """The address of the screen for this step; "" if the user lacks the permission for it."""
        return self.get_url()

    @cached_property
    def is_done(self) -> bool:
        """True if the step has been done, by any user."""
        return self.get_is_done()

    @abstractmethod
    def get_url(self) -> str:
        """Return the value of `url`."""

    @abstractmethod
    def get_is_done(self) -> bool:
        """Return the value of `is_done`."""


class SectionStep(ChecklistStep):
    """The first step, because uploads require a section; see `uploads/first_section.py`."""

    title = _("Make a section")
    reason = _("A class, a festival, a client: videos lie in sections, and one password can open a whole section.")

    def get_url(self) -> str:
        return add_section_url(self.user) or ""

    def get_is_done(self) -> bool:
        return VideoIndexPage.objects.exclude(pk__in=demo_sections().order_by().values("pk")).exists()


class AppearanceStep(ChecklistStep):
    """A name, something of the look, or words for the password page in the settings of the site of `request`."""

    title = _("Give the site your name and colour")
    reason = _("Visitors see them on every page, and a contact beside each password form.")

    @cached_property
    def site(self) -> Site | None:
        return Site.find_for_request(self.request)

    def get_url(self) -> str:
        if not self.site or not self.user.has_perm("home.change_sitesettings"):
            return ""
        return reverse("wagtailsettings:edit", args=("home", "sitesettings", self.site.pk))

    def get_is_done(self) -> bool:
        found = SiteSettings.objects.filter(site=self.site).first()
        return found is not None and any(
            getattr(found, column.attname) != column.get_default()
            for column in map(SiteSettings._meta.get_field, OWN_APPEARANCE)
        )


class VideoStep(ChecklistStep):
    """The base class of the steps about videos, for users who may upload."""

    view_name: str

    def get_url(self) -> str:
        return reverse(self.view_name) if may_see_screen(self.user) else ""

    def visible_videos(self) -> VideoPageQuerySet:
        """Return the videos that the user sees in the admin, without those of the demo."""
        visible = VideoPage.objects.filter(pk__in=explorable_pages(self.user).order_by().values("pk"))
        return visible.exclude(pk__in=demo_videos().order_by().values("pk"))


class UploadStep(VideoStep):
    """A video with a file."""

    title = _("Upload a video")
    reason = _("The file of any camera works. Fill in the rest during the upload.")
    view_name = UPLOAD

    def get_is_done(self) -> bool:
        return self.visible_videos().filter(video_file__isnull=False).exists()


class TryPasswordStep(VideoStep):
    """An open session or a view of a video."""

    title = _("Try the password as a visitor")
    reason = _("Open the video's page in a private window, type its password, and watch.")
    view_name = "videos:index"

    def get_is_done(self) -> bool:
        of_demo = Q(video__in=demo_videos().order_by().values("pk"))
        of_demo |= Q(section__in=demo_sections().order_by().values("pk"))
        sessions = VideoAccessSession.objects.exclude(of_demo)
        return sessions.exists() or self.visible_videos().filter(views__gt=0).exists()


class InviteStep(ChecklistStep):
    """A user who may use the admin and is not a superuser."""

    title = _("Invite the people who will edit")
    reason = _("The group “Video editors” works in every section; a section can also have editors of its own.")

    def get_url(self) -> str:
        return reverse("wagtailusers_users:add") if self.user.has_perm("auth.add_user") else ""

    def get_is_done(self) -> bool:
        return has_editors()


STEPS = (SectionStep, AppearanceStep, UploadStep, TryPasswordStep, InviteStep)


def steps_for(request: HttpRequest) -> list[ChecklistStep]:
    """Return the Steps that `request.user` has the permissions for; [] for a user without any of them."""
    return [step for step in (make_step(request) for make_step in STEPS) if step.url]


class ChecklistPanel(Component):
    """The panel, shown until all steps are done or the user dismisses it."""

    name = "first_run_checklist"
    order = 40  # before the link to the upload screen
    template_name = "home/admin/checklist.html"

    def __init__(self, request: HttpRequest) -> None:
        self.steps = steps_for(request)
        profile = getattr(request.user, "wagtail_userprofile", None)
        self.is_dismissed = bool(profile and profile.dismissibles.get(self.name))

    @property
    def is_shown(self) -> bool:
        return not self.is_dismissed and not all(step.is_done for step in self.steps)

    @property
    def media(self) -> Media:
        return Media(css={"all": ["home/css/first_steps.css"]})

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        done = sum(step.is_done for step in self.steps)
        return {"steps": self.steps, "done": done, "total": len(self.steps), "dismissible_id": self.name}


def add_checklist(request: HttpRequest, panels: list[Component]) -> None:
    """Add the panel if it has anything to show; Wagtail's hook for the dashboard's panels."""
    panel = ChecklistPanel(request)
    if panel.is_shown:
        panels.append(panel)
