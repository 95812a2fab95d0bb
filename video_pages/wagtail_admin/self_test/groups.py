"""The rows of a run described for an owner, in one group for each film.

A run keeps what the operator needs: names of files and statuses of HTTP. Here they are described.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES: dict[str, str | Promise] = {
    "search": gettext_lazy("search"),
    "search_suggestions": gettext_lazy("suggestions of the search"),
    "sitemap": gettext_lazy("list for search engines"),
    "oembed": gettext_lazy("code for other sites"),
    "source": gettext_lazy("whole film"),
    "status": gettext_lazy("state of the processing"),
    "chapters.vtt": gettext_lazy("chapters of the film"),
    "poster": gettext_lazy("poster of the film"),
    "hls/master.m3u8": gettext_lazy("stream of the film"),
    "nothing-of-this-name": gettext_lazy("file that does not exist"),
    "download": gettext_lazy("download of the film"),
}
CAPTIONS = "tracks/"
STATUS = re.compile(r"[1-5][0-9]{2}\b")


@dataclass
class Line:
    """One answer: `what` was asked for, at `path`; `expected` and `found` are described."""

    what: str
    path: str
    expected: str
    found: str
    ok: bool


@dataclass
class Group:
    """The answers about the film or section `title`; about the whole site if it is ""."""

    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def red(self) -> int:
        return sum(not line.ok for line in self.lines)


def groups_of(rows: Iterable[list[Any]]) -> list[Group]:
    """Return the groups of `rows` as a SelfTestRun has them, those with a red row first."""
    groups: dict[str, Group] = {}
    for subject, what, path, expected, found, ok in rows:
        group = groups.setdefault(subject, Group(subject))
        group.lines.append(Line(name_of(what), path, describe_statuses(expected), describe_statuses(found), bool(ok)))
    return sorted(groups.values(), key=lambda group: not group.red)


def name_of(what: str) -> str:
    """Return the words for `what`, the name of an address in a row."""
    if what in NAMES:
        return str(NAMES[what])
    if what.startswith(CAPTIONS):
        return _("captions of the film")
    return _("part of the film") if "/" in what else what


def describe_statuses(statuses: str) -> str:
    """Return `statuses`, "200 / 404" or "200; a fault", with words in place of the numbers."""
    parts = (STATUS.sub(lambda found: _word(int(found[0])), part) for part in statuses.split(" / "))
    return " / ".join(dict.fromkeys(parts))


def _word(status: int) -> str:
    if status < 300:
        return _("shown")
    if status < 400:
        return _("led elsewhere")
    if status in (404, 410):
        return _("not there")
    return _("refused") if status < 500 else _("an error of the site")
