"""The list of invitations. An editor sees those of pages whose access they may change, and no others."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.widgets.button import HeaderButton

from video_pages.access.invitations.by_mail.bindings import describe_kind
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.ready_kinds import READY_KINDS
from video_pages.access.invitations.rules import RuleBook
from video_pages.access.invitations.states import InvitationState, invitation_state
from video_pages.core import clock
from video_pages.pages.panels.invitations import INVITATIONS_CSS
from video_pages.pages.permissions import invitations_managed_by, may_invite
from video_pages.wagtail_admin.access.row_list import AccessRowsView, AccessRowsViewSet, MomentColumn
from video_pages.wagtail_admin.invitations.codes import CodesView
from video_pages.wagtail_admin.invitations.detail import ChangeView, DetailView
from video_pages.wagtail_admin.invitations.filters import InvitationFilterSet
from video_pages.wagtail_admin.invitations.making import MakeView
from video_pages.wagtail_admin.invitations.record import RecordView
from video_pages.wagtail_admin.invitations.renewing import RenewView
from video_pages.wagtail_admin.invitations.section_rules import SectionRulesView
from video_pages.wagtail_admin.invitations.sheet import SheetView
from video_pages.wagtail_admin.invitations.spreadsheet_columns import MADE_AND_LIMITS, made_and_limits
from video_pages.wagtail_admin.listing.columns import LISTING_CSS
from video_pages.wagtail_admin.listing.export import format_cell_time

OBJECT_TYPE = "invitation"
ANY_KIND = "other"  # the ready kind with which the button of the list begins; the form offers the others


class LabelColumn(TitleColumn):
    """The label, which leads to the invitation, with what breaks the rules, and links that extend and end it."""

    cell_template_name = "video_pages/admin/invitations/label_cell.html"

    def __init__(self, name: str, *, breaches_of: Callable[[Invitation], list[str]], **kwargs: Any) -> None:
        super().__init__(name, get_title_id=self._title_id, get_url=self._detail_url, **kwargs)
        self._breaches_of = breaches_of

    def get_cell_context_data(self, instance: Invitation, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["breaches"] = self._breaches_of(instance)
        return context

    @staticmethod
    def _title_id(instance: Invitation) -> str:
        return f"{OBJECT_TYPE}_{instance.pk}_title"

    @staticmethod
    def _detail_url(instance: Invitation) -> str:
        return reverse("invitations:detail", args=(instance.pk,))


class ViewersColumn(Column):
    """The number of browsers that have played, and of those that may."""

    def get_value(self, instance: Invitation) -> str:
        if instance.most_viewers is None:
            return str(instance.uses)
        return _("%(count)d of %(limit)d") % {"count": instance.uses, "limit": instance.most_viewers}


def _opens(invitation: Invitation) -> str:
    title = str(invitation.page.get_admin_display_title())
    return _("Section “%(title)s”") % {"title": title} if invitation.section_id else title


class InvitationsView(AccessRowsView):
    """The list, the newest first."""

    model = Invitation
    may_see = staticmethod(may_invite)
    rows_of = staticmethod(invitations_managed_by)
    related = ["video", "section", "created_by"]
    style_sheets = [LISTING_CSS, INVITATIONS_CSS]
    template_name = "video_pages/admin/invitations/index.html"
    results_template_name = "video_pages/admin/invitations/results.html"
    page_title = gettext_lazy("Invitations")
    header_icon = "mail"
    index_url_name = "invitations:index"
    index_results_url_name = "invitations:index_results"
    search_fields = ["label", "video__title", "section__title"]
    filterset_class = InvitationFilterSet
    export_filename = "invitations"
    export_headings = {
        "label": gettext_lazy("Label"),
        "kind": gettext_lazy("Kind"),
        "state": gettext_lazy("Status"),
        "opens_page": gettext_lazy("Invited to"),
        **MADE_AND_LIMITS,
        "viewers": gettext_lazy("Viewers"),
        "first_played": gettext_lazy("First played"),
        "last_used": gettext_lazy("Last used"),
        "ended_by_hand": gettext_lazy("Ended by hand"),
        "against_rules": gettext_lazy("Against the rules of today"),
        "note": gettext_lazy("Note"),
    }
    list_export = list(export_headings)

    @cached_property
    def now(self) -> dt.datetime:
        return clock.now()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type=OBJECT_TYPE),
            LabelColumn("label", label=_("Label"), sort_key="label", classname="title", breaches_of=self._breaches_of),
            Column("opens", label=_("Invited to"), accessor=_opens),
            Column("kind", label=_("Kind"), accessor=describe_kind, sort_key="kind"),
            StatusTagColumn(
                "state",
                label=_("Status"),
                accessor=lambda invitation: invitation_state(invitation, self.now).label,
                primary=lambda invitation: invitation_state(invitation, self.now) == InvitationState.ACTIVE,
            ),
            MomentColumn("ends_at", label=_("Ends"), sort_key="ends_at"),
            ViewersColumn("uses", label=_("Viewers"), sort_key="uses"),
            MomentColumn("last_used_at", label=_("Last used"), sort_key="last_used_at"),
            Column("created_by", label=_("Made by"), accessor=_maker),
        ]

    @cached_property
    def _book(self) -> RuleBook:
        return RuleBook()

    def _breaches_of(self, invitation: Invitation) -> list[str]:
        """Return what breaks the rules of today, as sentences; [] for an invitation that is over."""
        is_over = invitation_state(invitation, self.now) in (InvitationState.REVOKED, InvitationState.ENDED)
        return [] if is_over else self._book.breaches_of(invitation)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = f"{reverse('invitations:make')}?for={ANY_KIND}"
        return [HeaderButton(_("Invite"), url, icon_name="plus")]

    def to_row_dict(self, item: Invitation) -> dict[str, Any]:
        return {
            "label": item.label,
            "kind": describe_kind(item),
            "state": str(invitation_state(item, self.now).label),
            "opens_page": _opens(item),
            **made_and_limits(item),
            "viewers": item.uses,
            "first_played": format_cell_time(item.first_played_at),
            "last_used": format_cell_time(item.last_used_at),
            "ended_by_hand": format_cell_time(item.revoked_at),
            "against_rules": " ".join(self._breaches_of(item)),
            "note": item.note,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            context["ready_kinds"] = READY_KINDS.values()
        return context


def _maker(invitation: Invitation) -> str:
    return get_user_display_name(invitation.created_by) if invitation.created_by else ""


class InvitationViewSet(AccessRowsViewSet):
    """The screens at `/admin/invitations/`, and their menu item."""

    name = "invitations"
    url_prefix = "invitations"
    icon = "mail"
    menu_label = gettext_lazy("Invitations")
    menu_order = 155  # after Videos
    list_view = InvitationsView

    def further_urls(self) -> list[URLPattern]:
        return [
            path("new/", MakeView.as_view(), name="make"),
            path("codes/", CodesView.as_view(), name="codes"),
            path("rules/<int:page_id>/", SectionRulesView.as_view(), name="rules"),
            path("<int:pk>/", DetailView.as_view(), name="detail"),
            path("sheet/<int:page_id>/", SheetView.as_view(), name="sheet"),
            path("<int:pk>/record/", RecordView.as_view(), name="record"),
            path("<int:pk>/change/", ChangeView.as_view(), name="change"),
            path("<int:pk>/renew/", RenewView.as_view(), name="renew"),
        ]


def invitation_viewset() -> InvitationViewSet:
    """Return the viewset for Wagtail's hook."""
    return InvitationViewSet()
