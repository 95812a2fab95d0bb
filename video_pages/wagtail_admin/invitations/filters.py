"""The filters of the list of invitations."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils.translation import gettext_lazy
from django_filters import ChoiceFilter
from wagtail.admin.filters import MultipleUserFilter, WagtailFilterSet

from video_pages.access.invitations.broken_rules import breaking_rules
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import InvitationState, in_state
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.permissions import invitations_managed_by
from video_pages.wagtail_admin.access.page_filters import FewChoicesFilter, WithinFilter
from video_pages.wagtail_admin.listing.filters import sections_visible_to
from video_pages.wagtail_admin.requests import EditorRequest


class StateFilter(ChoiceFilter):
    """Filters by the state now, which is computed."""

    def filter(self, queryset: QuerySet[Invitation], state: str) -> QuerySet[Invitation]:
        return queryset.filter(in_state(InvitationState(state), clock.now())) if state else queryset


class RulesFilter(ChoiceFilter):
    """Filters for those, not ended yet, that the rules of today forbid."""

    def filter(self, queryset: QuerySet[Invitation], value: str) -> QuerySet[Invitation]:
        if not value:
            return queryset
        over = in_state(InvitationState.REVOKED, clock.now()) | in_state(InvitationState.ENDED, clock.now())
        return breaking_rules(queryset.exclude(over))


def _people_who_invited(request: EditorRequest) -> QuerySet[User]:
    invited = invitations_managed_by(request.user).order_by().values("created_by")
    return get_user_model().objects.filter(pk__in=invited).order_by("pk")


def _videos_invited_to(request: EditorRequest) -> QuerySet[VideoPage]:
    videos = invitations_managed_by(request.user).exclude(video=None).order_by().values("video")
    return VideoPage.objects.filter(pk__in=videos).order_by("title").only("title")


def _sections_invited_to(request: EditorRequest) -> QuerySet[VideoIndexPage]:
    sections = invitations_managed_by(request.user).exclude(section=None).order_by().values("section")
    return VideoIndexPage.objects.filter(pk__in=sections).order_by("title").only("title")


class InvitationFilterSet(WagtailFilterSet):
    """The filters, the most used first."""

    state = StateFilter(
        label=gettext_lazy("Status"),
        choices=InvitationState.choices,
        empty_label=gettext_lazy("Any"),
        widget=RadioSelect,
    )
    kind = ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=Invitation.Kind.choices,
        empty_label=gettext_lazy("Any"),
        widget=RadioSelect,
    )
    within = WithinFilter(
        label=gettext_lazy("Section"),
        queryset=lambda request: sections_visible_to(request.user),
        empty_label=gettext_lazy("All"),
    )
    video = FewChoicesFilter(
        label=gettext_lazy("Video"), parameter="video", queryset=_videos_invited_to, empty_label=gettext_lazy("All")
    )
    section = FewChoicesFilter(
        parameter="section",
        label=gettext_lazy("To the section as a whole"),
        queryset=_sections_invited_to,
        empty_label=gettext_lazy("All"),
    )
    created_by = MultipleUserFilter(
        label=gettext_lazy("Made by"), queryset=_people_who_invited, widget=CheckboxSelectMultiple
    )

    rules = RulesFilter(
        label=gettext_lazy("Rules"),
        choices=[("broken", gettext_lazy("Against the rules of today"))],
        empty_label=gettext_lazy("Any"),
        widget=RadioSelect,
    )

    class Meta:
        model = Invitation
        fields: list[str] = []
