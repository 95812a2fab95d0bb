"""The base class of bulk actions on videos.

The confirmation describes the action and names the videos that it cannot change, with the reason. A request must not
last for minutes, and hashing a password takes a third of a second. So a script sends the videos in batches, one POST
for each batch, gets JSON and shows the progress. Without the script, one POST changes as many videos as its time
limit allows and lists the others. Permissions are checked again for each batch.

A selection of more than MOST_NAMED videos is counted and not judged before: the script asks for its ids when the editor
has confirmed, and the videos that the action can't change are named as it comes to them.
"""

import time
from abc import abstractmethod
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form, Media
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import Page

from video_pages.access.queues import HashingBusy
from video_pages.core.scripts import module_script
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.bulk.confirmation import confirmation_context
from video_pages.wagtail_admin.bulk.results import (
    BULK_CSS,
    BulkResult,
    NotDone,
    answer_batch,
    answer_without_script,
    reason_of,
)
from video_pages.wagtail_admin.bulk.selection import (
    ALL,
    DIGEST_FIELD,
    IDS_FIELD,
    MOST_NAMED,
    ListHasChanged,
    chosen_ids,
    digest_of,
    listed_ids,
    split,
)
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.valid_filters import WholeListMixin
from video_pages.wagtail_admin.xhr import is_xhr

SECONDS_WITHOUT_SCRIPT = 20


class VideoBulkAction(WholeListMixin, BulkAction):
    """The base class. A subclass checks a video in `reason_against` and changes it in `act_on`."""

    request: EditorRequest
    models = [Page, VideoPage]
    template_name = "video_pages/admin/bulk/confirm.html"
    form_class: type[Form] = Form
    batch_size = 20
    list_header = ""  # the first line of the CSV file, for an action with `lines`
    button_classes = ""  # of the button that confirms

    def list_url_name(self) -> str:
        return "videos:index" if self.model is VideoPage else super().list_url_name()

    # Error reports leave out this field of the form.
    @method_decorator(sensitive_post_parameters("access-password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: EditorRequest) -> HttpResponse:
        return self.answer_ids() if is_xhr(request) else self.ask(self.get_form())

    def post(self, request: EditorRequest) -> HttpResponse:
        form = self.get_form()
        is_batch = is_xhr(request)
        try:
            ids = self.chosen
        except ListHasChanged:
            return self.ask_about_changed_list(form)
        if not form.is_valid():
            return JsonResponse({"is_refused": True}, status=422) if is_batch else self.ask(form)
        self.cleaned_form = form
        if is_batch and len(ids) > self.batch_size:
            return HttpResponseBadRequest(_("These are too many at once."))
        outcome = BulkResult()
        until = None if is_batch else time.monotonic() + SECONDS_WITHOUT_SCRIPT
        for begin in range(0, len(ids), MOST_NAMED):
            if until is not None and time.monotonic() > until:
                self.leave(ids[begin:], outcome)
                break
            answer = self.work_on(ids[begin : begin + MOST_NAMED], outcome, until=until)
            if answer is not None:
                return answer
        return answer_batch(outcome) if is_batch else answer_without_script(self, outcome)

    def work_on(self, ids: list[int], outcome: BulkResult, *, until: float | None) -> HttpResponse | None:
        """Change the videos with `ids` and add the results to `outcome`; return the response of a hook, or None."""
        videos, others = split(ids, self.request.user)
        gone = [("", _("It is no longer there."))] * (len(ids) - len(videos) - len(others))
        able, left_out = self.judge(videos, others)
        outcome.left_out += gone + left_out
        refusal = self._run_hooks("before_bulk_action", able)
        if refusal is not None:
            return refusal
        self.work(able, outcome, until=until)
        outcome.after = max(outcome.after, *ids)
        return self._run_hooks("after_bulk_action", able)

    def leave(self, ids: list[int], outcome: BulkResult) -> None:
        """Add `ids`, which were not begun, to `outcome`."""
        if self.is_whole_list:
            outcome.unbegun = len(ids)
        else:
            outcome.again += ids

    def answer_ids(self) -> HttpResponse:
        """Return the ids of a long selection as JSON; 409 if they are not those that the confirmation has counted."""
        if digest_of(self.chosen) != self.request.GET.get(DIGEST_FIELD):
            return HttpResponse(status=409)
        return JsonResponse({"ids": self.chosen})

    def ask_about_changed_list(self, form: Form) -> HttpResponse:
        """Return the confirmation for the list as it is now."""
        self.chosen = listed_ids(self.request, self.model)
        if form.is_valid():
            form.add_error(None, _("The list has changed since it was counted. These are its videos now."))
        return self.ask(form)

    @property
    def is_whole_list(self) -> bool:
        """True if the request names the list and not its videos."""
        fields = self.request.POST.get(IDS_FIELD, "").split() if self.request.method == "POST" else []
        return ALL in (fields or self.request.GET.getlist("id"))

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

        Raises NotDone or ValidationError, whose message is for editors.
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
        context = confirmation_context(self, form)
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

    def notes_on_many(self) -> list[str]:
        """Return the sentences about the consequences for videos that are not looked at before.

        A subclass whose `notes` depend on the videos adds what may happen to some of them.
        """
        return self.notes([])

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
        except (NotDone, ValidationError) as error:
            outcome.left_out.append((video.get_admin_display_title(), reason_of(error)))
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
