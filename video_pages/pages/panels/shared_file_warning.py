"""The warning about a video file that several pages show: the page with the weakest access protects it least."""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.access.effective_access import AccessMode, EffectiveAccess, effective_access
from video_pages.core.typography import join_sentences
from video_pages.library.models import VideoFile
from video_pages.pages.permissions import visible_ids
from video_pages.pages.protocols import Video
from video_pages.pages.visible_titles import visible_access_of, with_visible_titles


def warning_of_page(page: Video, user: User | AnonymousUser) -> str:
    """Return a warning that other pages show the file of the video `page` too, which names the weakest; else "".

    A page and its aliases count as one: they share one access. Pages that `user` does not see in the admin are counted
    and not named.
    """
    if page.video_file_id is None:
        return ""
    showing = type(page).objects.filter(video_file_id=page.video_file_id, alias_of=None)
    others = list(showing.exclude(pk=page.alias_of_id or page.pk).order_by("path"))
    if not others:
        return ""
    accesses = [visible_access_of(page, user)] if page.pk else []
    accesses += with_visible_titles(others, effective_access(others), user).values()
    weakest = min(accesses, key=lambda access: access.weakness)
    visible = visible_ids([access.source for access in accesses], user)
    if weakest.source.pk == page.pk or weakest.source.pk in visible:
        message = _weakest_access_message(weakest, is_this=page.pk == weakest.source.pk)
    else:
        message = _hidden_usage_message(weakest)
    return join_sentences([_usage_message(others, visible), message])


def warning_of_file(video_file: VideoFile, user: User | AnonymousUser) -> str:
    """Return a warning that names the weakest of the pages that show `video_file`; "" for fewer than two.

    Pages that `user` does not see in the admin are counted and not named.
    """
    pages = list(video_file.pages.filter(alias_of=None).order_by("path"))
    if len(pages) < 2:
        return ""
    accesses = with_visible_titles(pages, effective_access(pages), user).values()
    weakest = min(accesses, key=lambda access: access.weakness)
    visible = visible_ids(pages, user)
    used = ngettext("This file is used on %(count)d page.", "This file is used on %(count)d pages.", len(pages))
    if len(visible) < len(pages):
        used = ngettext(
            "This file is used on %(count)d page; you can't see %(hidden)d of them.",
            "This file is used on %(count)d pages; you can't see %(hidden)d of them.",
            len(pages),
        )
    used %= {"count": len(pages), "hidden": len(pages) - len(visible)}
    is_visible = weakest.source.pk in visible
    access = _weakest_access_message(weakest, is_this=False) if is_visible else _hidden_usage_message(weakest)
    return join_sentences([used, access])


def _usage_message(others: Sequence[Video], visible: Collection[int]) -> str:
    named = [other for other in others if other.pk in visible]
    params = {"count": len(others), "hidden": len(others) - len(named), "title": named[0].title if named else ""}
    if not named:
        text = ngettext(
            "This file is used on %(count)d other page as well, which you can't see.",
            "This file is used on %(count)d other pages as well, which you can't see.",
            len(others),
        )
    elif len(others) > 1:
        text = _("This file is used on %(count)d other pages as well, “%(title)s” among them.")
        if params["hidden"]:
            text += " " + _("You can't see %(hidden)d of them.")
    else:
        text = _("This file is used on the page “%(title)s” as well.")
    return text % params


def _hidden_usage_message(weakest: EffectiveAccess) -> str:
    """Describe the weakest access without the titles of pages that the reader can't see."""
    return {
        AccessMode.OPEN: _(
            "One that you can't see is less protected: it is open to everyone, so anyone can watch the film."
        ),
        AccessMode.SECTION: _("One that you can't see is less protected: the password of its section shows the film."),
        AccessMode.OWN: _("One that you can't see has a password, which shows the film."),
        AccessMode.INVITED: _("One that you can't see has invitations, which show the film."),
        AccessMode.NOBODY: _("Nobody can unlock any of them yet."),
    }[weakest.mode]


def _weakest_access_message(weakest: EffectiveAccess, *, is_this: bool) -> str:
    params = {"title": weakest.source.title, "section": weakest.guard.title if weakest.guard else ""}
    if weakest.mode == AccessMode.OPEN:
        text = _("This page is less protected: it is open to everyone, so anyone can watch the film.")
        other = _("“%(title)s” is less protected: it is open to everyone, so anyone can watch the film.")
    elif weakest.mode == AccessMode.SECTION and not params["section"]:
        text = _("This page is less protected: the password of another section shows the film.")
        other = _("“%(title)s” is less protected: the password of another section shows the film.")
    elif weakest.mode == AccessMode.SECTION:
        text = _("This page is less protected: the password of the section “%(section)s” shows the film.")
        other = _("“%(title)s” is less protected: the password of the section “%(section)s” shows the film.")
    elif weakest.mode == AccessMode.OWN:
        text = _("The password of this page shows the film, whatever opens the others.")
        other = _("The password of “%(title)s” shows the film, whatever opens the others.")
    elif weakest.mode == AccessMode.INVITED:
        text = _("Invitations open this page and show the film, whatever opens the others.")
        other = _("Invitations open “%(title)s” and show the film, whatever opens the others.")
    else:
        return _("Nobody can unlock any of them yet.")
    return (text if is_this else other) % params
