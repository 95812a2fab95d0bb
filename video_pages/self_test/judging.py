"""Compare an answer with what a stranger may get."""

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from video_pages.self_test.addresses import Probe
from video_pages.self_test.client import Answer

STREAM = re.compile(r"/stream/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
ADDRESS = re.compile(r"""(?:https?://[^\s"'<>\\]+|["'](/[^"'<>\s\\]*)["'])""")
TEXT = ("text/", "application/json", "application/xml", "application/rss", "application/atom")


@dataclass(frozen=True)
class Row:
    """The result of one question: `expected` and `found` are texts."""

    subject: str
    what: str
    path: str
    expected: str
    found: str
    ok: bool

    def as_dict(self) -> dict[str, Any]:
        fields = asdict(self)
        return fields | {"seen": fields.pop("found")}  # the key that readers of the JSON know


def judge(probe: Probe, answer: Answer, *, open_uuids: frozenset[str], refusal: bytes | None) -> Row:
    """Return the Row about `answer` to `probe`. `refusal` is the body of the answer to an unknown id, None for any."""
    expected = " / ".join(map(str, sorted(probe.statuses)))
    faults = list(_faults(probe, answer, open_uuids, refusal))
    status = answer.error or str(answer.status)
    return Row(
        probe.subject, probe.what, probe.path, expected, "; ".join([status, *faults]), answer.status > 0 and not faults
    )


def _faults(probe: Probe, answer: Answer, open_uuids: frozenset[str], refusal: bytes | None) -> list[str]:
    if not answer.status:
        return []
    if answer.status not in probe.statuses:
        return [_("this status is not expected")]
    found = []
    if probe.needs_sign_in and answer.status == 302 and "login" not in answer.headers.get("location", ""):
        found.append(_("it leads elsewhere than to the sign-in"))
    if probe.is_stream and answer.status == 403 and refusal is not None and answer.body != refusal:
        found.append(_("it is another refusal than that of an unknown id"))
    if "set-cookie" in answer.headers and "sessionid=" in answer.headers["set-cookie"]:
        found.append(_("it begins a session"))
    if answer.headers.get("content-type", "").startswith(TEXT):
        found += _disclosed(probe, answer.text, open_uuids)
    return found


def _disclosed(probe: Probe, text: str, open_uuids: frozenset[str]) -> list[str]:
    found = []
    if not probe.is_stream:
        if locked := sorted(set(STREAM.findall(text)) - open_uuids):
            found.append(_("it names a file of the locked video %(uuid)s") % {"uuid": locked[0]})
        if any(secret in text for secret in probe.secrets):
            found.append(_("it tells something of the film"))
    if probe.unlisted and (named := paths_in(text) & probe.unlisted):
        found.append(_("it lists %(path)s") % {"path": min(named)})
    return found


def paths_in(text: str) -> set[str]:
    """Return the paths of all addresses in `text`: HTML, XML or JSON."""
    found = set()
    for match in ADDRESS.finditer(text.replace("\\/", "/")):
        try:
            found.add(unquote(urlsplit(match[1] or match[0]).path))
        except ValueError:
            continue
    return found
