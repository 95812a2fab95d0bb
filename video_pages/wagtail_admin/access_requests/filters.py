"""The filters of the list of requests for access."""

from typing import Any

from django.db.models import Q
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet

from video_pages.access.requests.models import AccessRequest
from video_pages.wagtail_admin.listing.filters import sections_visible_to


class SectionFilter(ModelChoiceFilter):
    """Filters for the requests for a section and for all videos and sections below it."""

    def filter(self, queryset: Any, section: Any) -> Any:
        if section is None:
            return queryset
        return queryset.filter(Q(section__path__startswith=section.path) | Q(video__path__startswith=section.path))


class AccessRequestsFilterSet(WagtailFilterSet):
    """The filters of the list."""

    state = ChoiceFilter(
        label=_("State"), choices=AccessRequest.State.choices, empty_label=_("All"), widget=RadioSelect
    )
    section = SectionFilter(
        label=_("Section"), queryset=lambda request: sections_visible_to(request.user), empty_label=_("All")
    )

    class Meta:
        model = AccessRequest
        fields: list[str] = []
