"""Filters by a page, of the lists of rows about access: open sessions, invitations, requests."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django_filters import ModelChoiceFilter
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from video_pages.core.whole_numbers import read_whole_number

MOST_OFFERED = 200


class WithinFilter(ModelChoiceFilter):
    """Filters for the rows of a section and of all videos and sections below it."""

    def filter(self, queryset: Any, section: Any) -> Any:
        if section is None:
            return queryset
        return queryset.filter(Q(section__path__startswith=section.path) | Q(video__path__startswith=section.path))


class FewChoices(ModelChoiceIterator):
    """The first MOST_OFFERED choices, and the chosen one: a page with all videos of a large site would be megabytes."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        pages = list(self.queryset[:MOST_OFFERED])
        chosen = read_whole_number(self.field.chosen)
        if chosen is not None and chosen not in {page.pk for page in pages}:
            pages += self.queryset.filter(pk=chosen)
        for page in pages:
            yield self.choice(page)


class FewChoicesField(ModelChoiceField):
    """The field of FewChoicesFilter; `chosen` is the id in the address."""

    iterator = FewChoices
    chosen: str | None = None


class FewChoicesFilter(ModelChoiceFilter):
    """Filters by a page. It offers some pages; the search of the list finds the rows of the others."""

    field_class = FewChoicesField

    def __init__(self, *args: Any, parameter: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter = parameter

    @property
    def field(self) -> FewChoicesField:
        field: FewChoicesField = super().field
        field.chosen = self.parent.data.get(self.parameter)
        return field
