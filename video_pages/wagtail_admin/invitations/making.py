"""Make an invitation, or one for each of many names. Only the answer to the form contains the links or passwords."""

import time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView
from wagtail.admin import messages

from video_pages.access.effective_access import may_change_access
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.ready_kinds import CLIENT, READY_KINDS, ReadyKind
from video_pages.access.invitations.rules import RuleBook, Rules
from video_pages.access.invitations.services import CreateInvitationAction
from video_pages.access.queues import HashingBusy
from video_pages.access.responses import keep_out_of_caches
from video_pages.core import clock
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.permissions import may_invite
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of, invitations
from video_pages.wagtail_admin.bulk.base import SECONDS_WITHOUT_SCRIPT
from video_pages.wagtail_admin.invitations.forms import InvitationForm
from video_pages.wagtail_admin.invitations.many_form import ManyInvitationsForm
from video_pages.wagtail_admin.invitations.many_shown import ManyShown
from video_pages.wagtail_admin.invitations.marks import new_mark, remember_answer, was_answered
from video_pages.wagtail_admin.invitations.names import Person, as_lines
from video_pages.wagtail_admin.invitations.shown_once import ShownOnce, shown_once
from video_pages.wagtail_admin.protected_pages import get_protected_page
from video_pages.wagtail_admin.requests import EditorRequest

BUSY = gettext_lazy("The server checks too many passwords now. Try again in a moment.")
FIELDS_ABOVE = {
    "page",
    "label",
    "names",
    "file",
    "leaves_out",
    "binds_addresses",
    "ends_at",
    "overrides_rules",
}  # all others are folded away
# Links of one transaction: the disk is waited for less often, and others still have their turn. A password takes half a
# second to hash, so each has a transaction of its own.
LINKS_AT_ONE_TIME = 50


class MakeView(StepsMixin, FormView):
    """The form, for one or for many; a POST makes the invitations and shows their links or passwords.

    In the address: `page` is the id of a video or section, `for` the name of a ready kind, `many` has a value for many.
    """

    request: EditorRequest
    template_name = "video_pages/admin/invitations/make.html"
    header_icon = "mail"

    def get_page_title(self) -> str:
        if self.invited_to is None:
            return _("Invite")
        return _("Invite to “%(title)s”") % {"title": self.invited_to.get_admin_display_title()}

    @method_decorator(sensitive_post_parameters("invitation-password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_invite(request.user):
            raise PermissionDenied
        if self.invited_to is not None and not may_change_access(self.invited_to, request.user):
            raise PermissionDenied
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    @cached_property
    def invited_to(self) -> Any:
        """The video or section in the address, for an alias its source; None if the form chooses one."""
        if "page" not in self.request.GET:
            return None
        return get_protected_page(read_whole_number(self.request.GET["page"]) or 0).source

    @cached_property
    def ready(self) -> ReadyKind:
        return READY_KINDS.get(self.request.GET.get("for", ""), CLIENT)

    @property
    def is_for_many(self) -> bool:
        return bool(self.request.GET.get("many"))

    def get_form_class(self) -> type[InvitationForm]:
        return ManyInvitationsForm if self.is_for_many else InvitationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        settings, rules = None, Rules()
        if self.invited_to is not None:
            book = RuleBook()
            settings, rules = book.settings_for(self.invited_to.path), book.rules_for(self.invited_to.path)
        kwargs["initial"] = self.ready.initial(clock.now(), settings, rules.longest_days)
        return {**kwargs, "user": self.request.user, "page": self.invited_to, "ready": self.ready, "rules": rules}

    def get_prefix(self) -> str:
        return InvitationForm.prefix

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if was_answered(request):
            messages.warning(request, _("This form was sent before. What it made is in the list below."))
            return redirect("invitations:index")
        return super().post(request, *args, **kwargs)

    @method_decorator(sensitive_variables())
    def form_valid(self, form: InvitationForm) -> HttpResponse:
        return self._make_many(form) if isinstance(form, ManyInvitationsForm) else self._make_one(form)

    @sensitive_variables()
    def _make_one(self, form: InvitationForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            invitation, secret = self._action(form, data["label"], data["password"]).execute()
        except ValidationError as error:
            form.add_error("password" if getattr(error, "code", "") == "unusable" else None, error)
            return self.form_invalid(form)
        except HashingBusy:
            form.add_error(None, BUSY)
            return self.form_invalid(form)
        remember_answer(self.request)
        return self._show("made.html", shown=shown_once(invitation, secret, self.request))

    @sensitive_variables()
    def _make_many(self, form: ManyInvitationsForm) -> HttpResponse:
        """Make as many as a request has time for. The names that are left are a form of their own."""
        people = form.read.people
        made: list[tuple[Person, ShownOnce]] = []
        at_one_time = 1 if form.cleaned_data["kind"] == Invitation.Kind.PASSWORD else LINKS_AT_ONE_TIME
        until = time.monotonic() + SECONDS_WITHOUT_SCRIPT
        reasons: list[str] = []
        try:
            while len(made) < len(people) and time.monotonic() < until:
                made += self._make_some(form, people[len(made) : len(made) + at_one_time])
        except HashingBusy:
            reasons = [str(BUSY)]
            form.add_error(None, reasons[0])
        except ValidationError as error:
            reasons = error.messages
            form.add_error(None, error)
        if not made:
            return self.form_invalid(form)
        remember_answer(self.request)
        left = people[len(made) :]
        return self._show(
            "made_many.html",
            many=ManyShown(made),
            left=len(left),
            left_fields=self._fields_of_rest(form, left),
            reasons=reasons,
        )

    @sensitive_variables()
    def _make_some(self, form: InvitationForm, people: list[Person]) -> list[tuple[Person, ShownOnce]]:
        """Make the invitations of `people`, all or none."""
        with transaction.atomic():
            actions = [self._action(form, person.name, mail_to=_bound_to(form, person)) for person in people]
            made = [(person, *action.execute()) for person, action in zip(people, actions, strict=True)]
        return [(person, shown_once(invitation, secret, self.request)) for person, invitation, secret in made]

    @sensitive_variables("password")
    def _action(
        self, form: InvitationForm, label: str, password: str | None = None, **limits: Any
    ) -> CreateInvitationAction:
        return CreateInvitationAction(
            form.page_invited_to,
            kind=form.cleaned_data["kind"],
            label=label,
            user=self.request.user,
            secret=password,
            overrides_rules=form.overrides,
            **{**form.limits, **limits},
        )

    def _fields_of_rest(self, form: ManyInvitationsForm, left: list[Person]) -> list[tuple[str, str]]:
        """Return [(name, value)] of the hidden fields of a form that makes the invitations of the people `left`."""
        sent = {name: value for name, value in form.data.items() if name.startswith(f"{form.prefix}-")}
        sent.pop(form.add_prefix("leaves_out"), None)
        return [*{**sent, form.add_prefix("names"): as_lines(left), "mark": new_mark()}.items()]

    def _show(self, template: str, **context: Any) -> HttpResponse:
        self.template_name = f"video_pages/admin/invitations/{template}"
        return self.render_to_response(self.get_context_data(form=None, **context))

    def steps(self) -> list[Step]:
        return [invitations(), *([] if self.invited_to is None else [editor_of(self.invited_to)])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        if form is not None:
            below = [field for field in form.visible_fields() if field.name not in FIELDS_ABOVE]
            context.update(fields_below=below, has_errors_below=any(field.errors for field in below))
        context.update(
            ready=self.ready,
            ready_kinds=[(kind, self._address(kind, is_for_many=kind.is_for_many)) for kind in READY_KINDS.values()],
            is_for_many=self.is_for_many,
            invited_to=self.invited_to,
            one_url=self._address(self.ready, is_for_many=False),
            many_url=self._address(self.ready, is_for_many=True),
            own_url=self._address(self.ready, is_for_many=self.is_for_many),
            mark=new_mark(),
            back_url=self.steps()[-1]["url"],
        )
        return context

    def _address(self, ready: ReadyKind, *, is_for_many: bool) -> str:
        page = f"page={self.invited_to.pk}&" if self.invited_to is not None else ""
        return f"{reverse('invitations:make')}?{page}for={ready.name}{'&many=1' if is_for_many else ''}"


def _bound_to(form: InvitationForm, person: Person) -> str:
    return str(person.email if form.cleaned_data.get("binds_addresses") else form.cleaned_data["mail_to"])
