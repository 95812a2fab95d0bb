"""A video file on several pages is as well kept as the weakest gate among them: which one that is, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.access.effective_access import AccessMode, effective_access, effective_access_of
from video_pages.pages.permissions import visible_to


def warning_of_page(page, user):
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
    gates = [effective_access_of(page)] if page.pk else []
    gates += effective_access(others).values()
    weakest = min(gates, key=lambda gate: gate.weakness)
    seen = visible_to([gate.source for gate in gates], user)
    if weakest.source.pk == page.pk or weakest.source.pk in seen:
        gate = _weakest_access_message(weakest, is_this=page.pk == weakest.source.pk)
    else:
        gate = _hidden_usage_message(weakest)
    return f"{_usage_message(others, seen)} {gate}"


def warning_of_file(video_file, user):
    """Say which of the pages that show `video_file` is the weakest gate; "" if there are not several.

    Pages that `user` does not see in the admin are counted and not named.
    """
    pages = list(video_file.pages.filter(alias_of=None).order_by("path"))
    if len(pages) < 2:
        return ""
    weakest = min(effective_access(pages).values(), key=lambda gate: gate.weakness)
    seen = visible_to(pages, user)
    used = _("This file is used on %(count)d pages.")
    if len(seen) < len(pages):
        used = _("This file is used on %(count)d pages; you can't see %(hidden)d of them.")
    used %= {"count": len(pages), "hidden": len(pages) - len(seen)}
    is_seen = weakest.source.pk in seen
    return f"{used} {_weakest_access_message(weakest, is_this=False) if is_seen else _hidden_usage_message(weakest)}"


def _usage_message(others, seen):
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


def _hidden_usage_message(opening):
    """Name the weakest gate without the titles of pages that the reader can't see."""
    return {
        AccessMode.OPEN: _(
            "One that you can't see is the weaker gate: it is open to everyone, so anyone can watch the film."
        ),
        AccessMode.SECTION: _("One that you can't see is the weaker gate: the password of its section shows the film."),
        AccessMode.OWN: _("One that you can't see has a password, and whoever knows it sees the film."),
        AccessMode.NOBODY: _("Nobody can unlock any of them yet."),
    }[opening.how]


def _weakest_access_message(opening, *, is_this):
    words = {"title": opening.source.title, "section": opening.guard.title if opening.guard else ""}
    if opening.how == AccessMode.OPEN:
        text = _("This page is the weaker gate: it is open to everyone, so anyone can watch the film.")
        other = _("“%(title)s” is the weaker gate: it is open to everyone, so anyone can watch the film.")
    elif opening.how == AccessMode.SECTION:
        text = _("This page is the weaker gate: the password of the section “%(section)s” shows the film.")
        other = _("“%(title)s” is the weaker gate: the password of the section “%(section)s” shows the film.")
    elif opening.how == AccessMode.OWN:
        text = _("Whoever knows the password of this page sees the film, whatever opens the others.")
        other = _("Whoever knows the password of “%(title)s” sees the film, whatever opens the others.")
    else:
        return _("Nobody can unlock any of them yet.")
    return (text if is_this else other) % words
