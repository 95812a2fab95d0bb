"""The screen of one request for access: grant it, give more time, refuse it, block its sender, or delete it.

The link of a granted request is in the response to the form and nowhere else.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.generic import TemplateView
from wagtail.admin import messages

from video_pages.access.requests.answers import (
    ANSWERABLE,
    ANSWERED,
    BlockRequestAction,
    GiveMoreTimeAction,
    GrantRequestAction,
    RefuseRequestAction,
)
from video_pages.access.requests.models import AccessRequest
from video_pages.access.responses import keep_out_of_caches
from video_pages.core.typography import join_sentences
from video_pages.pages.permissions import requests_answerable_by
from video_pages.wagtail_admin.access.message_to_send import link_address
from video_pages.wagtail_admin.access_requests.forms import GrantForm
from video_pages.wagtail_admin.access_requests.messages import (
    address_for_answers,
    link_message,
    mail_to_person,
    more_time_message,
)
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin
from video_pages.wagtail_admin.requests import EditorRequest

State = AccessRequest.State


class RequestScreen(StepsMixin, TemplateView):
    """A screen about one request that the user may answer; 404 for any other, which does not tell whether it exists."""

    request: EditorRequest
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponseBase:
        answerable = requests_answerable_by(request.user)
        related = answerable.select_related("video", "section", "invitation", "granted", "decided_by")
        self.asked = get_object_or_404(related, pk=pk)
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def steps(self) -> list[Step]:
        return [{"url": reverse("access_requests:index"), "label": _("Requests")}]


class AnswerView(RequestScreen):
    """Shows the request; a POST answers it."""

    template_name = "video_pages/admin/access_requests/answer.html"
    http_method_names = ["get", "head", "post"]

    def get_page_title(self) -> str:
        return self.asked.name or _("Request")

    def post(self, request: EditorRequest) -> HttpResponse:
        answer = self.answers.get(request.POST.get("action", ""))
        if answer is None:
            return HttpResponseBadRequest(_("There is nothing of this name to do."))
        try:
            return answer(self)
        except ValidationError as error:
            messages.error(request, join_sentences(error.messages))
            return redirect("access_requests:answer", pk=self.asked.pk)

    @method_decorator(sensitive_variables())
    def grant(self) -> HttpResponse:
        form = GrantForm(self.request.POST, request=self.asked)
        if not form.is_valid():
            return self._show(form=form)
        limits = {name: form.cleaned_data[name] for name in ("ends_at", "at_once", "shows_label")}
        try:
            invitation, token = GrantRequestAction(self.asked, user=self.request.user, **limits).execute()
        except ValidationError as error:
            return self._show_errors(form, error)
        address = link_address(self.asked.page, token, self.request)
        answers_to = address_for_answers(self.asked, self.request)
        text = link_message(self.asked, invitation, address, answers_to=answers_to)
        messages.success(self.request, _("The request is granted: a link is made."))
        return self._show(link=address, granted=invitation, message=text, **self._mailed(form, text))

    def more_time(self) -> HttpResponse:
        form = GrantForm(self.request.POST, request=self.asked)
        if not form.is_valid():
            return self._show(form=form)
        ends_at = form.cleaned_data["ends_at"]
        try:
            invitation = GiveMoreTimeAction(self.asked, user=self.request.user, ends_at=ends_at).execute()
        except ValidationError as error:
            return self._show_errors(form, error)
        answers_to = address_for_answers(self.asked, self.request)
        text = more_time_message(self.asked, invitation, ends_at, answers_to=answers_to)
        messages.success(self.request, _("The request is granted: the invitation has more time."))
        return self._show(granted=invitation, message=text, **self._mailed(form, text))

    def refuse(self) -> HttpResponse:
        RefuseRequestAction(self.asked, user=self.request.user).execute()
        messages.success(self.request, _("The request is refused. The person is not told."))
        return redirect("access_requests:index")

    def block(self) -> HttpResponse:
        BlockRequestAction(self.asked, user=self.request.user).execute()
        messages.success(self.request, _("Requests from this address are dropped from now on. The person is not told."))
        return redirect("access_requests:index")

    answers = {"grant": grant, "more_time": more_time, "refuse": refuse, "block": block}

    def _show_errors(self, form: GrantForm, error: ValidationError) -> HttpResponse:
        """Show the form with `error` and with what was typed; raise it if there is nothing to answer any more."""
        if getattr(error, "code", None) == ANSWERED:
            raise error
        form.add_errors(error)
        return self._show(form=form)

    @sensitive_variables("text")
    def _mailed(self, form: GrantForm, text: str) -> dict[str, bool | None]:
        """Return whether `text` was mailed, as `is_mailed`: None if it was not to be."""
        wanted = form.cleaned_data.get("is_mailed")
        return {"is_mailed": mail_to_person(self.asked, text, self.request) if wanted else None}

    def _show(self, **extra: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**extra))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        if "form" not in kwargs:
            kwargs["form"] = GrantForm(request=asked)
        former = asked.invitation
        return super().get_context_data(
            asked=asked,
            asked_page=asked.page,
            may_grant=bool(asked.email) and asked.state in ANSWERABLE[State.GRANTED],
            may_refuse=asked.state in ANSWERABLE[State.REFUSED],
            may_block=asked.state in ANSWERABLE[State.BLOCKED],
            may_get_more_time=former is not None and former.revoked_at is None and former.ends_at is not None,
            **kwargs,
        )


class DeleteView(RequestScreen):
    """Deletes the request with all that it says about the person; a block that it holds ends."""

    template_name = "video_pages/admin/access_requests/delete.html"
    http_method_names = ["get", "head", "post"]

    def get_page_title(self) -> str:
        return _("Delete the request")

    def get_page_subtitle(self) -> str:
        return self.asked.name

    def post(self, request: EditorRequest) -> HttpResponse:
        self.asked.delete()
        messages.success(request, _("The request is deleted."))
        return redirect("access_requests:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(asked=self.asked, is_blocked=self.asked.state == State.BLOCKED, **kwargs)
