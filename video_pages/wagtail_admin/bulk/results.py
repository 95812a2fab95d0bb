"""The results of a bulk action, as JSON for its script and as a page without scripts."""

import dataclasses
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Media
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from wagtail.admin import messages

from video_pages.core.typography import join_sentences
from video_pages.wagtail_admin.bulk.selection import AFTER

BULK_CSS = "video_pages/css/admin_bulk.css"


class NotDone(Exception):
    """The action can't change this video. The message gives the reason, for editors."""


def reason_of(error: NotDone | ValidationError) -> str:
    """Return the reason, for editors, why an action has not changed a video or an invitation."""
    return join_sentences(error.messages) if isinstance(error, ValidationError) else str(error)


@dataclasses.dataclass
class BulkResult:
    """The result of an action: ids of changed videos, others as (title, reason), and ids to be sent again.

    `lines` are the lines of a CSV file that the action shows once, one for each changed video. `remarks` are
    (title, message) for changed videos that need the editor's attention. `unbegun` is the number of videos of a long
    selection that were not begun: those of the list with an id above `after`.
    """

    done: list[int] = dataclasses.field(default_factory=list)
    left_out: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    again: list[int] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)
    remarks: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    unbegun: int = 0
    after: int = 0

    @property
    def left(self) -> int:
        """The number of videos for which there was no time."""
        return len(self.again) + self.unbegun


def answer_batch(outcome: BulkResult) -> JsonResponse:
    """Return `outcome` of one batch, for the script."""
    return JsonResponse(
        {
            "done": outcome.done,
            "again": outcome.again,
            "leftOut": [{"title": title, "reason": str(reason)} for title, reason in outcome.left_out],
            "remarks": [{"title": title, "reason": str(remark)} for title, remark in outcome.remarks],
            "lines": outcome.lines,
        }
    )


def answer_without_script(action: Any, outcome: BulkResult) -> HttpResponse:
    """Return the page about the `outcome` of `action`, a VideoBulkAction; a redirect if the number says everything."""
    request = action.request
    done = done_message(len(outcome.done))
    if not (outcome.lines or outcome.left or outcome.left_out or outcome.remarks):
        messages.success(request, done)
        return redirect(action.next_url)
    rest = request.GET.copy()
    rest[AFTER] = str(outcome.after)
    context = {
        "view": action,
        "heading": action.display_name,
        "done": done,
        "outcome": outcome,
        "rest": [(name, value) for name, values in rest.lists() if name != "id" for value in values],
        "list": "\r\n".join([action.list_header, *outcome.lines]) if outcome.lines else "",
        "next": action.next_url,
        "media": Media(css={"all": [BULK_CSS]}),
    }
    return TemplateResponse(request, "video_pages/admin/bulk/done.html", context)


def done_message(count: int) -> str:
    """Return the message that `count` videos are done."""
    return ngettext("%(count)d video is done.", "%(count)d videos are done.", count) % {"count": count}
