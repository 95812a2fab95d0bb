"""The tab “Invitations” of the page editor: those to this page, and buttons that make another."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.forms import Media, ModelForm
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface

from video_pages.access.effective_access import may_change_access
from video_pages.access.guard import SECTION
from video_pages.access.invitations.by_mail.bindings import describe_kind
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.ready_kinds import READY_KINDS
from video_pages.access.invitations.states import invitation_state
from video_pages.core import clock
from video_pages.pages.panels.sheets import ACCESS_CSS
from video_pages.pages.permissions import may_set_invitation_rules
from video_pages.pages.protocols import Section, Video

INVITATIONS_CSS = "video_pages/css/admin_invitations.css"
SHOWN = 10  # invitations; a link leads to the list of all


class InvitationsPanel(Panel):
    """Lists the newest invitations to the page, for users who may change its access."""

    def __init__(self, heading: str = "", icon: str = "", **kwargs: Any) -> None:
        super().__init__(heading=heading or gettext_lazy("Invitations"), icon=icon or "mail", **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/invitations/panel.html"

        @property
        def media(self) -> Media:
            return Media(css={"all": [ACCESS_CSS, INVITATIONS_CSS]})

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            if self.instance.pk:
                context.update(invitations_context(self.instance.source, self.request.user))
            return context


def editor_tabs(
    content: list[Panel], promote: list[Panel], settings: list[Panel], form_class: type[ModelForm]
) -> TabbedInterface:
    """Return the tabs of the page editor: Wagtail's own, and the invitations after the content."""
    tabs = [
        ObjectList(content, heading=gettext_lazy("Content")),
        ObjectList([InvitationsPanel()], heading=gettext_lazy("Invitations")),
        ObjectList(promote, heading=gettext_lazy("Promote")),
        ObjectList(settings, heading=gettext_lazy("Settings")),
    ]
    return TabbedInterface(tabs, base_form_class=form_class)


def invitations_context(source: Video | Section, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `invitations/panel.html` for the source page `source` and the editor `user`."""
    invitations = Invitation.objects.filter(**{f"{source.guard_kind}_id": source.pk})
    may_change, now = may_change_access(source, user), clock.now()
    newest = list(invitations.order_by("-created_at", "-pk")[:SHOWN]) if may_change else []
    has_rules = source.guard_kind == SECTION and may_set_invitation_rules(source, user)
    return {
        "rules_url": reverse("invitations:rules", args=(source.pk,)) if has_rules else "",
        "sheet_url": reverse("invitations:sheet", args=(source.pk,)) if source.guard_kind == SECTION else "",
        "source": source,
        "count": invitations.count(),
        "may_change": may_change,
        "invitations": [(each, describe_kind(each), invitation_state(each, now).label) for each in newest],
        "ready_kinds": READY_KINDS.values(),
        "make_url": f"{reverse('invitations:make')}?page={source.pk}",
        "list_url": f"{reverse('invitations:index')}?{source.guard_kind}={source.pk}",
    }
