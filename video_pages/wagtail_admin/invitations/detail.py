"""One invitation: its state, its limits, its viewers and its history; and the form that changes its limits."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.models import PageLogEntry

from video_pages.access.invitations.by_mail.bindings import NO_MAIL, describe_binding, is_bound
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rules import RuleBook
from video_pages.access.invitations.services import CHANGEABLE, ExtendInvitationAction
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.access.responses import keep_out_of_caches
from video_pages.core import clock
from video_pages.pages.panels.sheets import ACCESS_CSS
from video_pages.pages.permissions import invitations_managed_by
from video_pages.wagtail_admin.breadcrumbs import Step, StepsMixin, editor_of, invitations
from video_pages.wagtail_admin.invitations.forms import LimitsForm
from video_pages.wagtail_admin.invitations.outcome import outcome_of
from video_pages.wagtail_admin.requests import EditorRequest

MOST_ENTRIES_SHOWN = 50


class InvitationScreen(StepsMixin, TemplateView):
    """A screen about one invitation that the user may manage; 404 for any other."""

    request: EditorRequest
    header_icon = "mail"
    is_detail = False

    def dispatch(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponseBase:
        managed = invitations_managed_by(request.user).select_related("video", "section", "created_by", "revoked_by")
        self.invitation: Invitation = get_object_or_404(managed, pk=pk)
        return keep_out_of_caches(super().dispatch(request, *args, **kwargs))

    def steps(self) -> list[Step]:
        detail = {"url": reverse("invitations:detail", args=(self.invitation.pk,)), "label": self.invitation.label}
        return [invitations(), editor_of(self.invitation.page), detail]

    def get_breadcrumbs_items(self) -> list[Step]:
        items = super().get_breadcrumbs_items()
        return items[:-1] if self.is_detail else items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["invitation"] = self.invitation
        context["media"] = context.get("media", Media()) + Media(css={"all": [ACCESS_CSS]})
        return context


class DetailView(InvitationScreen):
    """Shows the invitation. Its use, viewer by viewer, is the block `outcome` of its template."""

    template_name = "video_pages/admin/invitations/detail.html"
    is_detail = True

    def get_page_title(self) -> str:
        return self.invitation.label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        invitation = self.invitation
        state = invitation_state(invitation, clock.now())
        context.update(
            state=state,
            is_active=state == InvitationState.ACTIVE,
            is_revoked=state == InvitationState.REVOKED,
            invited_to=invitation.page,
            bound_to=describe_binding(invitation),
            no_mail=NO_MAIL if is_bound(invitation) and not settings.DELIVERS_MAIL else "",
            **outcome_of(invitation),
            history=history_of(invitation),
        )
        return context


def history_of(invitation: Invitation) -> list[PageLogEntry]:
    """Return the newest entries of the page's log about `invitation`, with their users; two queries."""
    entries = PageLogEntry.objects.filter(page=invitation.page.pk, data__invitation_id=str(invitation.pk))
    return list(entries.select_related("user").order_by("-timestamp", "-pk")[:MOST_ENTRIES_SHOWN])


class ChangeView(InvitationScreen, FormView):
    """The form with the label and the limits. A change takes effect at once, for the access given before, too."""

    template_name = "video_pages/admin/invitations/change.html"
    form_class = LimitsForm

    def get_page_title(self) -> str:
        return _("Change “%(label)s”") % {"label": self.invitation.label}

    def get_prefix(self) -> str:
        return LimitsForm.prefix

    def get_form_kwargs(self) -> dict[str, Any]:
        rules = RuleBook().rules_for(self.invitation.page.path)
        return {**super().get_form_kwargs(), "instance": self.invitation, "user": self.request.user, "rules": rules}

    def form_valid(self, form: LimitsForm) -> HttpResponse:
        sent = {name: form.cleaned_data[name] for name in form.changed_data if name in CHANGEABLE}
        # A text without seconds counts as changed beside a moment that has some.
        changes = {name: value for name, value in sent.items() if value != form.initial.get(name)}
        if not changes:
            return redirect("invitations:detail", self.invitation.pk)
        try:
            ExtendInvitationAction(
                self.invitation, user=self.request.user, overrides_rules=form.overrides, **changes
            ).execute()
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The invitation is changed."))
        return redirect("invitations:detail", self.invitation.pk)
