"""The dashboard's checklist for a new site: the first steps, and which of them are done.

The pages of the demo do not count. The database stores only that a user has dismissed the list.
"""

from dataclasses import dataclass
from typing import Any

from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Site

from home.models import SiteSettings
from video_pages.access.models import VideoAccessSession
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import explorable_pages
from video_pages.sections.demo import demo_sections, demo_videos
from video_pages.sections.editors import has_editors
from video_pages.wagtail_admin.uploads.first_section import add_section_url
from video_pages.wagtail_admin.uploads.screen import VIEW_NAME as UPLOAD
from video_pages.wagtail_admin.uploads.screen import may_see_screen


@dataclass(frozen=True)
class Step:
    """One step: its title, the reason for it, the address of its screen, and whether it is done."""

    title: str
    reason: str
    url: str
    is_done: bool


def steps_for(request: HttpRequest) -> list[Step]:
    """Return the Steps that `request.user` has the permissions for; [] for a user without any of them."""
    user = request.user
    steps = []
    # First, because uploads require a section, see `uploads/first_section.py`.
    if section_url := add_section_url(user):
        steps.append(
            Step(
                _("Make a section"),
                _("A class, a festival, a client: videos lie in sections, and one password can open a whole section."),
                section_url,
                VideoIndexPage.objects.exclude(pk__in=demo_sections().order_by().values("pk")).exists(),
            )
        )
    site = Site.find_for_request(request)
    if site and user.has_perm("home.change_sitesettings"):
        look = SiteSettings.objects.filter(site=site).first()
        steps.append(
            Step(
                _("Give the site your name and colour"),
                _("Visitors see them on every page, and a contact beside each password form."),
                reverse("wagtailsettings:edit", args=("home", "sitesettings", site.pk)),
                bool(look and (look.name or look.colour or look.logo_id or look.contact)),
            )
        )
    if may_see_screen(user):
        the_demos = demo_videos().order_by().values("pk")
        visible = VideoPage.objects.filter(pk__in=explorable_pages(user).order_by().values("pk"))
        visible = visible.exclude(pk__in=the_demos)
        sessions = VideoAccessSession.objects.exclude(video__in=the_demos)
        steps += [
            Step(
                _("Upload a video"),
                _("Any camera's file will do. You can fill in the rest while it travels."),
                reverse(UPLOAD),
                visible.filter(video_file__isnull=False).exists(),
            ),
            Step(
                _("Try the password as a visitor"),
                _("Open the video's page in a private window, type its password, and watch."),
                reverse("videos:index"),
                sessions.exists() or visible.filter(views__gt=0).exists(),
            ),
        ]
    if user.has_perm("auth.add_user"):
        steps.append(
            Step(
                _("Invite the people who will edit"),
                _("The group “Video editors” works in every section; a section can also have editors of its own."),
                reverse("wagtailusers_users:add"),
                has_editors(),
            )
        )
    return steps


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
