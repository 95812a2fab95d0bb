"""The filters of the list of requests for access."""

from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet

from video_pages.access.requests.models import AccessRequest
from video_pages.wagtail_admin.access.page_filters import WithinFilter
from video_pages.wagtail_admin.listing.filters import sections_visible_to


class AccessRequestsFilterSet(WagtailFilterSet):
    """The filters of the list."""

    state = ChoiceFilter(
        label=_("Status"), choices=AccessRequest.State.choices, empty_label=_("All"), widget=RadioSelect
    )
    section = WithinFilter(
        label=_("Section"), queryset=lambda request: sections_visible_to(request.user), empty_label=_("All")
    )

    class Meta:
        model = AccessRequest
        fields: list[str] = []
