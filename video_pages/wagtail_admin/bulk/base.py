"""A bulk action on videos: says what it will do and to which it can't, asks, and works in batches.

A request must not last for minutes, and hashing a password takes a third of a second. So a script sends the videos in
batches, each a POST of its own answered with JSON, and shows how far it is. Without the script one POST does as many
as fit into its time and says which are left. Each video is judged anew when its turn comes.
"""

import dataclasses
import time
from abc import abstractmethod

from django.forms import Form, Media
from django.http import HttpResponseBadRequest, JsonResponse
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
from video_pages.wagtail_admin.xhr import is_xhr

BULK_CSS = "video_pages/css/admin_bulk.css"
SECONDS_WITHOUT_SCRIPT = 20
MOST_TITLES = 50  # named in the confirmation; the others are counted


class NotDone(Exception):
    """This video can't be done; the message says why, in the editor's words."""


@dataclasses.dataclass
class BulkResult:
    """What became of some videos: `done` ids, `left_out` as (title, reason), `again` ids to be sent once more.

    `lines` are what the action gives out once, a line of CSV for each video done; `remarks`, as (title, words), what
    the editor should know of some of them.
    """

    done: list = dataclasses.field(default_factory=list)
    left_out: list = dataclasses.field(default_factory=list)
    again: list = dataclasses.field(default_factory=list)
    lines: list = dataclasses.field(default_factory=list)
    remarks: list = dataclasses.field(default_factory=list)


class VideoBulkAction(BulkAction):
    """Base of the actions. A subclass says `reason_against` a video, and does it in `act_on`."""

    models = [Page, VideoPage]
    template_name = "video_pages/admin/bulk/confirm.html"
    form_class: type[Form] = Form
    batch_size = 20
    list_header = ""  # the first line of the CSV that the action gives out, if it does
    button_classes = ""  # of the button that says yes

    # Names in `dispatch` stand for typed passwords: error reports leave them out.
    @method_decorator(sensitive_post_parameters("access-password"))
    def dispatch(self, request, *args, **kwargs):
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def get(self, request):
        return self.ask(self.get_form())

    def post(self, request):
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
    def chosen(self):
        """The ids that the request names, of whatever they are."""
        return chosen_ids(self.request, self.model)

    def reason_against(self, video):
        """Return why nothing can be done to `video`, in words; "" if it can."""
        return ""

    @abstractmethod
    def act_on(self, video, fields):
        """Do it to `video` with the form's cleaned `fields`; return a line for the list, or None.

        Raises NotDone.
        """

    def remark_on(self, video):
        """Return what the editor should know of `video` now that it is done, in words; "" if nothing."""
        return ""

    def prepare(self, videos):
        """Read at once what `reason_against` wants to know of `videos`."""

    def judge(self, videos, others):
        """Return (videos to be done, [(title, reason)] of the others)."""
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

    def ask(self, form):
        able, left_out = self.judge(*split(self.chosen, self.request.user))
        reasons = {}
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
    def media(self):
        return Media(css={"all": [BULK_CSS]}, js=[module_script("video_pages/js/bulk_batches.js")])

    @abstractmethod
    def question(self, count):
        """Say what will be done to `count` videos."""

    def yes(self):
        """The words on the button."""
        return self.display_name

    def notes(self, videos):
        """Sentences that the editor should read before saying yes."""
        return []

    def answer_batch(self, outcome):
        return JsonResponse(
            {
                "done": outcome.done,
                "again": outcome.again,
                "leftOut": [{"title": title, "reason": str(reason)} for title, reason in outcome.left_out],
                "remarks": [{"title": title, "reason": str(words)} for title, words in outcome.remarks],
                "lines": outcome.lines,
            }
        )

    def answer_without_script(self, outcome):
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

    def work(self, videos, outcome, *, until=None):
        """Do it to `videos` and add to `outcome` what became of them.

        What is not begun at `until`, in seconds of the monotonic clock, is left for another time.
        """
        for video in videos:
            if until is not None and time.monotonic() > until:
                outcome.again.append(video.pk)
            else:
                self._do(video, outcome)

    def _do(self, video, outcome):
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

    def _run_hooks(self, name, videos):
        """Ask Wagtail's hooks around bulk actions; return the first answer that one of them gives, or None."""
        for hook in hooks.get_hooks(name):
            answer = hook(self.request, self.action_type, videos, self)
            if hasattr(answer, "status_code"):
                return answer
        return None

    @property
    def ids_field(self):
        return IDS_FIELD


def done_message(count):
    """Say that `count` videos are done."""
    return ngettext("%(count)d video is done.", "%(count)d videos are done.", count) % {"count": count}
