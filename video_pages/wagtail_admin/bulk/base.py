"""The base class of bulk actions on videos.

The confirmation describes the action and names the videos that it cannot change, with the reason. A request must not
last for minutes, and hashing a password takes a third of a second. So a script sends the videos in batches, one POST
for each batch, gets JSON and shows the progress. Without the script, one POST changes as many videos as its time
limit allows and lists the others. Permissions are checked again for each batch.
"""

import dataclasses
import time
from abc import abstractmethod
from typing import Any

from django.forms import Form, Media
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import Page

from video_pages.access.queues import HashingBusy
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.scripts import module_script
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.bulk.selection import IDS_FIELD, chosen_ids, split
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.xhr import is_xhr

BULK_CSS = "video_pages/css/admin_bulk.css"
SECONDS_WITHOUT_SCRIPT = 20
MOST_TITLES = 50  # in the confirmation; further titles are counted


class NotDone(Exception):
    """The action can't change this video. The message gives the reason, for editors."""


@dataclasses.dataclass
class BulkResult:
    """The result of an action: ids of changed videos, others as (title, reason), and ids to be sent again.

    `lines` are the lines of a CSV file that the action shows once, one for each changed video. `remarks` are
    (title, message) for changed videos that need the editor's attention.
    """

    done: list[int] = dataclasses.field(default_factory=list)
    left_out: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    again: list[int] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)
    remarks: list[tuple[str, str]] = dataclasses.field(default_factory=list)


class VideoBulkAction(BulkAction):
    """The base class. A subclass checks a video in `reason_against` and changes it in `act_on`."""

    request: EditorRequest
    models = [Page, VideoPage]
    template_name = "video_pages/admin/bulk/confirm.html"
    form_class: type[Form] = Form
    batch_size = 20
    list_header = ""  # the first line of the CSV file, for an action with `lines`
    button_classes = ""  # of the button that confirms

    # Error reports leave out this field of the form.
    @method_decorator(sensitive_post_parameters("access-password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get(self, request: EditorRequest) -> HttpResponse:
        return self.ask(self.get_form())

    def post(self, request: EditorRequest) -> HttpResponse:
        form = self.get_form()
        is_batch = is_xhr(request)
        if not form.is_valid():
            return JsonResponse({"is_refused": True}, status=422) if is_batch else self.ask(form)
        self.cleaned_form = form
        ids = self.chosen
        if is_batch and len(ids) > self.batch_size:
            return HttpResponseBadRequest(_("These are too many at once."))
        videos, others = split(ids, request.user)
        gone = [("", _("It is no longer there."))] * (len(ids) - len(videos) - len(others))
        able, left_out = self.judge(videos, others)
        outcome = BulkResult(left_out=gone + left_out)
        refusal = self._run_hooks("before_bulk_action", able)
        if refusal is not None:
            return refusal
        self.work(able, outcome, until=None if is_batch else time.monotonic() + SECONDS_WITHOUT_SCRIPT)
        answer = self._run_hooks("after_bulk_action", able)
        return answer or (self.answer_batch(outcome) if is_batch else self.answer_without_script(outcome))

    @cached_property
    def chosen(self) -> list[int]:
        """The ids of pages in the request, whatever the kind of the pages."""
        return chosen_ids(self.request, self.model)

    def reason_against(self, video: VideoPage) -> str:
        """Return the reason why the action can't change `video`, for editors; "" if it can."""
        return ""

    @abstractmethod
    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> str | None:
        """Change `video` with the form's cleaned `fields`; return a line for the CSV file, or None.

        Raises NotDone.
        """

    def remark_on(self, video: VideoPage) -> str:
        """Return a remark on `video` after the change, for editors; "" for none."""
        return ""

    def prepare(self, videos: list[VideoPage]) -> None:
        """Read the data that `reason_against` needs for all of `videos`, in a fixed number of queries."""

    def judge(self, videos: list[VideoPage], others: list[Page]) -> tuple[list[VideoPage], list[tuple[str, str]]]:
        """Return (videos that the action can change, [(title, reason)] of the others)."""
        left_out = [(page.get_admin_display_title(), _("It is not a video.")) for page in others]
        self.prepare(videos)
        able = []
        for video in videos:
            reason = self.reason_against(video)
            if reason:
                left_out.append((video.get_admin_display_title(), reason))
            else:
                able.append(video)
        return able, left_out

    def ask(self, form: Form) -> HttpResponse:
        """Return the confirmation, with `form`."""
        able, left_out = self.judge(*split(self.chosen, self.request.user))
        reasons: dict[str, list[str]] = {}
        for title, reason in left_out:
            reasons.setdefault(str(reason), []).append(title)
        context = {
            "view": self,
            "form": form,
            "heading": self.display_name,
            "question": self.question(len(able)) if able else "",
            "titles": [video.get_admin_display_title() for video in able[:MOST_TITLES]],
            "more_titles": max(0, len(able) - MOST_TITLES),
            "left_out": [
                (reason, titles[:MOST_TITLES], max(0, len(titles) - MOST_TITLES)) for reason, titles in reasons.items()
            ],
            "notes": self.notes(able) if able else [],
            "count": len(able),
            "ids": " ".join(str(video.pk) for video in able),
            "next": self.next_url,
            "media": self.media + form.media,
        }
        return TemplateResponse(self.request, self.template_name, context)

    @property
    def media(self) -> Media:
        return Media(css={"all": [BULK_CSS]}, js=[module_script("video_pages/js/bulk_batches.js")])

    @abstractmethod
    def question(self, count: int) -> str:
        """Return the sentence that describes the change of `count` videos."""

    def yes(self) -> str:
        """Return the label of the button that confirms."""
        return self.display_name

    def notes(self, videos: list[VideoPage]) -> list[str]:
        """Return sentences about the consequences for `videos`, shown in the confirmation."""
        return []

    def answer_batch(self, outcome: BulkResult) -> JsonResponse:
        return JsonResponse(
            {
                "done": outcome.done,
                "again": outcome.again,
                "leftOut": [{"title": title, "reason": str(reason)} for title, reason in outcome.left_out],
                "remarks": [{"title": title, "reason": str(remark)} for title, remark in outcome.remarks],
                "lines": outcome.lines,
            }
        )

    def answer_without_script(self, outcome: BulkResult) -> HttpResponse:
        if outcome.lines or outcome.again or outcome.left_out or outcome.remarks:
            context = {
                "view": self,
                "heading": self.display_name,
                "done": done_message(len(outcome.done)),
                "outcome": outcome,
                "list": "\r\n".join([self.list_header, *outcome.lines]) if outcome.lines else "",
                "next": self.next_url,
                "media": Media(css={"all": [BULK_CSS]}),
            }
            return TemplateResponse(self.request, "video_pages/admin/bulk/done.html", context)
        messages.success(self.request, done_message(len(outcome.done)))
        return redirect(self.next_url)

    def work(self, videos: list[VideoPage], outcome: BulkResult, *, until: float | None = None) -> None:
        """Change `videos` and add the results to `outcome`.

        Videos that are not begun at `until`, in seconds of the monotonic clock, are to be sent again.
        """
        for video in videos:
            if until is not None and time.monotonic() > until:
                outcome.again.append(video.pk)
            else:
                self._do(video, outcome)

    def _do(self, video: VideoPage, outcome: BulkResult) -> None:
        try:
            line = self.act_on(video, self.cleaned_form.cleaned_data)
        except HashingBusy:
            outcome.again.append(video.pk)
        except NotDone as error:
            outcome.left_out.append((video.get_admin_display_title(), str(error)))
        else:
            outcome.done.append(video.pk)
            if line:
                outcome.lines.append(line)
            remark = self.remark_on(video)
            if remark:
                outcome.remarks.append((video.get_admin_display_title(), remark))

    def _run_hooks(self, name: str, videos: list[VideoPage]) -> HttpResponse | None:
        """Run Wagtail's hooks for bulk actions; return the first response that one of them returns, or None."""
        for hook in hooks.get_hooks(name):
            answer = hook(self.request, self.action_type, videos, self)
            if hasattr(answer, "status_code"):
                return answer
        return None

    @property
    def ids_field(self) -> str:
        return IDS_FIELD


def done_message(count: int) -> str:
    """Return the message that `count` videos are done."""
    return ngettext("%(count)d video is done.", "%(count)d videos are done.", count) % {"count": count}
