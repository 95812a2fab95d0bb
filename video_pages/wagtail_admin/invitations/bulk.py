"""The bulk actions on invitations: extend, end and delete the ticked ones, or all that the list shows."""

import datetime as dt
import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from video_pages.access.actions import AccessPermissionError
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.renewal import DeleteInvitationAction
from video_pages.access.invitations.rules import RuleBook
from video_pages.access.invitations.services import EndInvitationAction, ExtendInvitationAction
from video_pages.core import clock
from video_pages.core.humanize import quoted
from video_pages.pages.permissions import invitations_managed_by
from video_pages.wagtail_admin.access.moments import MomentInput, moment_help, validate_future
from video_pages.wagtail_admin.bulk.base import SECONDS_WITHOUT_SCRIPT
from video_pages.wagtail_admin.bulk.results import NotDone, reason_of
from video_pages.wagtail_admin.bulk.selection import ALL, IDS_FIELD, chosen_ids
from video_pages.wagtail_admin.invitations.listing import InvitationsView
from video_pages.wagtail_admin.invitations.marks import FIELD, claim_answer, new_mark
from video_pages.wagtail_admin.long_lists import ExportedRows, in_order
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.valid_filters import WholeListMixin

MOST_LABELS = 50  # in the confirmation; further labels are counted
MOST_REASONS = 20
NOT_THERE = gettext_lazy("There is no such invitation any more, or you may not change it.")


class InvitationBulkAction(WholeListMixin, BulkAction):
    """Acts on the chosen invitations that the user may manage; other ids are ignored.

    A request has SECONDS_WITHOUT_SCRIPT for them. Its answer asks again about those for which there was no time.
    """

    request: EditorRequest
    models = [Invitation]
    is_serious = True

    def list_url_name(self) -> str:
        return "invitations:index"

    @abstractmethod
    def act_on(self, invitation: Invitation, fields: dict[str, Any]) -> None:
        """Change `invitation` with the form's cleaned `fields`. Raises NotDone, ValidationError."""

    @abstractmethod
    def question(self, count: int) -> str:
        """Return what happens to `count` invitations, as a sentence or a question."""

    @abstractmethod
    def done(self, count: int) -> str:
        """Return the message that it has happened to `count` invitations."""

    def get(self, request: EditorRequest) -> HttpResponse:
        return self.ask(self.form_class(), self.chosen())

    def post(self, request: EditorRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.ask(form, self.chosen())
        if not claim_answer(request):
            messages.warning(request, _("This form was sent before. See in the list what it changed."))
            return redirect(self.next_url)
        done, reasons, until = 0, [], time.monotonic() + SECONDS_WITHOUT_SCRIPT
        chosen = list(self.chosen().order_by("pk").values_list("pk", flat=True))
        left: list[int] = []
        for invitation in ExportedRows(Invitation, chosen, self.rows_with):
            if time.monotonic() > until:
                left = [pk for pk in chosen if pk >= invitation.pk]
                break
            try:
                self.act_on(invitation, form.cleaned_data)
            except (NotDone, ValidationError) as error:
                reasons.append(f"{quoted(invitation.label)}: {reason_of(error)}")
            except (Invitation.DoesNotExist, AccessPermissionError):  # a colleague was faster
                reasons.append(f"{quoted(invitation.label)}: {NOT_THERE}")
            else:
                done += 1
        if done:
            messages.success(request, self.done(done))
        for reason in reasons[:MOST_REASONS]:
            messages.warning(request, reason)
        if not chosen:
            messages.warning(request, NOT_THERE)
        if left:
            no_time = ngettext(
                "There was no time for %(count)d invitation, which is as it was. Go on with it here.",
                "There was no time for %(count)d invitations, which are as they were. Go on with them here.",
                len(left),
            )
            messages.warning(request, no_time % {"count": len(left)})
            return self.ask(form, self.chosen().filter(pk__in=left))
        return redirect(self.next_url)

    def rows_with(self, ids: Sequence[int]) -> list[Invitation]:
        """Return the invitations `ids` that the user may manage, in their order."""
        return in_order(invitations_managed_by(self.request.user).select_related("video", "section"), ids)

    def ask(self, form: forms.Form, chosen: QuerySet[Invitation]) -> HttpResponse:
        """Return the confirmation for `chosen`, with `form`."""
        chosen = chosen.order_by("pk")
        ids = list(chosen.values_list("pk", flat=True))
        context = {
            "view": self,
            "form": form,
            "ids": " ".join(map(str, ids)),
            "ids_field": IDS_FIELD,
            "mark_field": FIELD,
            "mark": new_mark(),
            "count": len(ids),
            "question": self.question(len(ids)),
            "invitations": chosen.select_related("video", "section")[:MOST_LABELS],
            "more": max(0, len(ids) - MOST_LABELS),
            "next": self.next_url,
        }
        return TemplateResponse(self.request, "video_pages/admin/invitations/confirm.html", context)

    def chosen(self) -> QuerySet[Invitation]:
        """Return the invitations in the request that the user may manage."""
        if self.request.method != "POST" and ALL in self.request.GET.getlist("id"):
            shown: QuerySet[Invitation] = InvitationsView.shown_to(self.request)
            return shown
        return invitations_managed_by(self.request.user).filter(pk__in=chosen_ids(self.request, self.model))


class ExtendForm(forms.Form):
    """The number of days by which, or the moment until which, to extend."""

    days = forms.IntegerField(
        label=gettext_lazy("By days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("From the end of each invitation; from now, where it has ended."),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Or until"),
        required=False,
        validators=[validate_future],
        widget=MomentInput,
        help_text=moment_help(gettext_lazy("The same end for all that end earlier. The others stay as they are.")),
    )

    def clean(self) -> dict[str, Any]:
        if not self.errors and bool(self.cleaned_data.get("days")) == bool(self.cleaned_data.get("until")):
            raise ValidationError(_("Type a number of days, or a day and time."))
        return self.cleaned_data


class ExtendInvitations(InvitationBulkAction):
    """Gives the invitations a later end, and the access that they have given, too; it shortens none."""

    display_name = gettext_lazy("Extend")
    action_type = "extend"
    aria_label = gettext_lazy("Extend the selected invitations")
    action_priority = 10
    form_class = ExtendForm
    is_serious = False

    @cached_property
    def book(self) -> RuleBook:
        """The rules, read once for all chosen invitations."""
        return RuleBook()

    def question(self, count: int) -> str:
        return ngettext("Extend %(count)d invitation", "Extend %(count)d invitations", count) % {"count": count}

    def act_on(self, invitation: Invitation, fields: dict[str, Any]) -> None:
        former = invitation.ends_at or clock.now()
        ends_at = fields["until"] or max(former, clock.now()) + dt.timedelta(days=fields["days"])
        with transaction.atomic():
            present = Invitation.objects.select_for_update().get(pk=invitation.pk).ends_at  # it may have changed
            if present is None:
                raise NotDone(_("It has no end."))
            if ends_at <= present:
                raise NotDone(_("It does not end before that."))
            ExtendInvitationAction(invitation, user=self.request.user, book=self.book, ends_at=ends_at).execute()

    def done(self, count: int) -> str:
        return ngettext("%(count)d invitation has a new end.", "%(count)d invitations have a new end.", count) % {
            "count": count
        }


class EndInvitations(InvitationBulkAction):
    """Ends the invitations and all access that they have given."""

    display_name = gettext_lazy("End")
    action_type = "end"
    aria_label = gettext_lazy("End the selected invitations")
    action_priority = 20

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d invitation ends. A film that plays with it stops within seconds, and it can't be opened again.",
            "%(count)d invitations end. Films that play with them stop within seconds, and they can't be opened again.",
            count,
        ) % {"count": count}

    def act_on(self, invitation: Invitation, fields: dict[str, Any]) -> None:
        if not EndInvitationAction(invitation, user=self.request.user).execute():
            raise NotDone(_("It was ended before."))

    def done(self, count: int) -> str:
        return ngettext("%(count)d invitation is ended.", "%(count)d invitations are ended.", count) % {"count": count}


class DeleteInvitations(InvitationBulkAction):
    """Deletes the invitations, their viewers, and all access that they have given."""

    display_name = gettext_lazy("Delete")
    action_type = "delete"
    aria_label = gettext_lazy("Delete the selected invitations")
    action_priority = 30
    classes = {"serious"}

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d invitation is deleted with all that is known of its viewers. What it opened is closed at once.",
            "%(count)d invitations are deleted with all that is known of their viewers. What they opened is closed at "
            "once.",
            count,
        ) % {"count": count}

    def act_on(self, invitation: Invitation, fields: dict[str, Any]) -> None:
        DeleteInvitationAction(invitation, user=self.request.user).execute()

    def done(self, count: int) -> str:
        return ngettext("%(count)d invitation is deleted.", "%(count)d invitations are deleted.", count) % {
            "count": count
        }


BULK_ACTIONS = (ExtendInvitations, EndInvitations, DeleteInvitations)
