"""Read-only panels of the page editor: what opens this page, and what has become of its file."""

from django.forms import Media
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.panels import Panel
from wagtail.models import Page

from video_pages.access.decide import may_edit
from video_pages.access.guard import SECTION
from video_pages.access.models import AccessSettings
from video_pages.access.opening import How, may_change_access, opening_of, openings, sessions_open
from video_pages.context import length_in_words
from video_pages.processing_words import told_of_file
from video_pages.rights import told_of
from video_pages.technical_facts import facts_of, live_renditions
from video_pages.transcoding.models import State

ADMIN_CSS = "video_pages/css/admin.css"


class AccessPanel(Panel):
    """Says in words what opens this page now and why, and opens the dialog where that is changed."""

    def __init__(self, heading="", icon="", **kwargs):
        super().__init__(heading=heading or gettext_lazy("Access"), icon=icon or "lock", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/access_panel.html"

        @property
        def media(self):
            return Media(css={"all": [ADMIN_CSS]}, js=["video_pages/js/access-dialog.js"])

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
            return Media(css={"all": [ADMIN_CSS]}, js=["video_pages/js/processing-panel.js"])

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context.update(processing_context(self.instance, self.request.user))
            return context


def access_context(page, user):
    """Return what `access_summary.html` shows of the saved video or section `page` to the editor `user`."""
    opening = opening_of(page)
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
        "how": str(opening.how),
        "guard_page": guard_page,
        "lasts": _lasts(source, guard),
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
    return length_in_words(guard.access_minutes or site_minutes(source)), guard.access_minutes is not None


def processing_context(page, user):
    """Return what `processing_panel.html` shows the editor `user` of the file of the video `page`, a draft or not."""
    file = page.video_file
    job = getattr(file, "job", None) if file else None
    known = bool(file and file.video_codec)
    told = told_of_file(file)
    return {
        "page": page,
        "file": file,
        "job": job,
        "state": job.state if job else "",
        "told": told,
        "is_unfinished": bool(told) and told.is_unfinished,
        "is_unplayable": known and not file.is_playable and (job is None or job.state == State.READY),
        "renditions": live_renditions(file) if file else [],
        "facts": facts_of(file) if file else [],
        "actions_of": processed_page(page, user),
        "shared_warning": weaker_gate_warning(page, user) if file else "",
        "refresh_url": reverse("video_processing", args=(page.pk,)) if page.pk else "",
        "url_template": reverse("video_processing", args=(0,)),
    }


def processed_page(page, user):
    """Return the page whose film `user` may have processed again or stopped from the editor of `page`, or None."""
    if not page.pk:
        return None
    source = page.source
    return source if may_edit(source, user) else None


def weaker_gate_warning(page, user):
    """Say that the file of the video `page` is used on other pages too, and name the weakest gate; "" if not.

    Aliases of one page are one page: they share its gate. Pages that `user` does not see in the admin are counted
    and not named.
    """
    if page.video_file_id is None:
        return ""
    others = type(page).objects.filter(video_file_id=page.video_file_id, alias_of=None)
    others = list(others.exclude(pk=page.alias_of_id or page.pk).order_by("path"))
    if not others:
        return ""
    gates = [opening_of(page)] if page.pk else []
    gates += openings(others).values()
    weakest = min(gates, key=lambda gate: gate.weakness)
    seen = told_of([gate.source for gate in gates], user)
    if weakest.source.pk == page.pk or weakest.source.pk in seen:
        gate = _weakest_in_words(weakest, is_this=page.pk == weakest.source.pk)
    else:
        gate = _unseen_in_words(weakest)
    return f"{_used_in_words(others, seen)} {gate}"


def _used_in_words(others, seen):
    named = [other for other in others if other.pk in seen]
    words = {"count": len(others), "hidden": len(others) - len(named), "title": named[0].title if named else ""}
    if not named:
        text = ngettext(
            "This file is used on %(count)d other page as well, which you can't see.",
            "This file is used on %(count)d other pages as well, which you can't see.",
            len(others),
        )
    elif len(others) > 1:
        text = _("This file is used on %(count)d other pages as well, “%(title)s” among them.")
        if words["hidden"]:
            text += " " + _("You can't see %(hidden)d of them.")
    else:
        text = _("This file is used on the page “%(title)s” as well.")
    return text % words


def _unseen_in_words(opening):
    """Name the weakest gate without the titles of pages that the reader can't see."""
    return {
        How.OPEN: _("One that you can't see is the weaker gate: it is open to everyone, so anyone can watch the film."),
        How.SECTION: _("One that you can't see is the weaker gate: the password of its section shows the film."),
        How.OWN: _("One that you can't see has a password, and whoever knows it sees the film."),
        How.NOBODY: _("Nobody can unlock any of them yet."),
    }[opening.how]


def _weakest_in_words(opening, *, is_this):
    words = {"title": opening.source.title, "section": opening.guard.title if opening.guard else ""}
    if opening.how == How.OPEN:
        text = _("This page is the weaker gate: it is open to everyone, so anyone can watch the film.")
        other = _("“%(title)s” is the weaker gate: it is open to everyone, so anyone can watch the film.")
    elif opening.how == How.SECTION:
        text = _("This page is the weaker gate: the password of the section “%(section)s” shows the film.")
        other = _("“%(title)s” is the weaker gate: the password of the section “%(section)s” shows the film.")
    elif opening.how == How.OWN:
        text = _("Whoever knows the password of this page sees the film, whatever opens the others.")
        other = _("Whoever knows the password of “%(title)s” sees the film, whatever opens the others.")
    else:
        return _("Nobody can unlock any of them yet.")
    return (text if is_this else other) % words
