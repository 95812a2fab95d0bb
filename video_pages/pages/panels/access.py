"""Read-only panels of the page editor: what opens this page, and what has become of its file."""

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.models import Page

from video_pages.access.decide import may_edit
from video_pages.access.effective_access import effective_access_of, may_change_access, sessions_open
from video_pages.access.guard import SECTION
from video_pages.access.listed import listing_of
from video_pages.access.models import AccessSettings
from video_pages.core.humanize import format_period
from video_pages.pages.panels.processing_facts import facts_of_processing
from video_pages.pages.panels.shared_file_warning import warning_of_page
from video_pages.pages.permissions import may_replace

ACCESS_CSS = "video_pages/css/admin_access.css"
FILM_CSS = "video_pages/css/admin_film.css"


class AccessPanel(Panel):
    """Says in words what opens this page now and why, and opens the dialog where that is changed."""

    def __init__(self, heading="", icon="", **kwargs):
        super().__init__(heading=heading or gettext_lazy("Access"), icon=icon or "lock", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/access_panel.html"

        @property
        def media(self):
            return Media(css={"all": [ACCESS_CSS]}, js=["video_pages/js/access-dialog.js"])

        def get_context_data(self, parent_context=None):
            # The page as it is in the database: the editor's own copy is a draft, perhaps of long ago.
            page = type(self.instance).objects.filter(pk=self.instance.pk).first()
            context = super().get_context_data(parent_context)
            context["url_template"] = reverse("video_access", args=(0,))
            if page is not None:
                context.update(access_context(page, self.request.user))
            return context


class ProcessingPanel(Panel):
    """Says what has become of the page's video file; nothing while there is none."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/processing_panel.html"

        @property
        def media(self):
            return Media(css={"all": [FILM_CSS]}, js=["video_pages/js/processing-panel.js"])

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context.update(processing_context(self.instance, self.request.user))
            return context


def access_context(page, user):
    """Return what `access_summary.html` shows of the saved video or section `page` to the editor `user`."""
    opening = effective_access_of(page)
    source, guard = opening.source, opening.guard
    guard_page = source
    if guard and guard.page_id != source.pk:
        guard_page = Page.objects.get(pk=guard.page_id).specific
    return {
        "page": page,
        "source": source,
        "is_alias": bool(page.alias_of_id),
        "is_section": source.guard_kind == SECTION,
        "opening": opening,
        "listing": listing_of(source),
        "how": str(opening.how),
        "guard_page": guard_page,
        "lasts": _lasts(source, guard),
        "access_until": guard.access_until if guard else None,
        "is_over": opening.is_over,
        "sessions": sessions_open(guard),
        "is_restricted": source.get_view_restrictions().exists(),
        "may_change": may_change_access(source, user),
        "access_url": reverse("video_access", args=(source.pk,)),
    }


def site_minutes(page):
    """Return how long access lasts on the site that `page` belongs to, in minutes."""
    site = page.get_site()
    settings = AccessSettings.for_site(site) if site else AccessSettings()
    return settings.access_minutes


def _lasts(source, guard):
    """Return (length in words, True if it is the guard's own), or None while no password opens `source`."""
    if guard is None:
        return None
    return format_period(guard.access_minutes or site_minutes(source)), guard.access_minutes is not None


def processing_context(page, user):
    """Return what `processing_panel.html` shows the editor `user` of the file of the video `page`, a draft or not."""
    file = page.video_file
    return {
        **facts_of_processing(file),
        "page": page,
        "actions_of": processed_page(page, user),
        "version_url": _version_url(page, user),
        "shared_warning": warning_of_page(page, user) if file else "",
        "refresh_url": reverse("video_processing", args=(page.pk,)) if page.pk else "",
        "url_template": reverse("video_processing", args=(0,)),
    }


def _version_url(page, user):
    """Return where `user` gives the film of the saved video `page` a new version, or "" if they may not."""
    if not page.pk or page.video_file is None or not may_replace(page.video_file, user):
        return ""
    return f"{reverse('video_new_version', args=(page.source.pk,))}#new-version"


def processed_page(page, user):
    """Return the page whose film `user` may have processed again or stopped from the editor of `page`, or None."""
    if not page.pk:
        return None
    source = page.source
    return source if may_edit(source, user) else None
