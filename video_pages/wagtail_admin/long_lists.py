"""Lists of the admin with more rows than a query should read: ids first, in their order, then one page of rows.

A query that sorts whole rows reads every column of every row to show fifty of them. Here the sorted query has the id
alone, and a second one reads the rows of the page. A page in the second half of a list is read from the end.
"""

import abc
import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from wagtail.admin.views.mixins import Echo

ROWS_PER_QUERY = 500  # databases limit the number of values in a query

Part = QuerySet[Any, Any]
Rows = Sequence[Any]


class IdList:
    """The ids of a list for a paginator. `parts` are ordered querysets whose rows follow each other.

    `counted` are querysets with as many rows, which are cheaper to count.
    """

    def __init__(self, parts: Sequence[Part], counted: Sequence[Part] | None = None) -> None:
        self.parts, self._counted = parts, counted or parts
        self.model: type[Model] = parts[0].model
        self._counts: dict[int, int] = {}

    def __len__(self) -> int:
        return self.count()

    def count(self) -> int:
        """Return the number of ids. One query for each part."""
        return sum(self._count_of(number) for number in range(len(self.parts)))

    def __getitem__(self, wanted: slice) -> list[int]:
        """Return the ids from `wanted.start` to `wanted.stop`. One query for each part that has some of them."""
        first, last, begin = wanted.start or 0, wanted.stop, 0
        found: list[int] = []
        for number, part in enumerate(self.parts):
            size = self._count_of(number)
            found += _ids(part, max(first - begin, 0), min(last - begin, size), size)
            begin += size
            if begin >= last:
                break
        return found

    def __iter__(self) -> Iterator[int]:
        for part in self.parts:
            yield from part.values_list("pk", flat=True).iterator()

    def _count_of(self, number: int) -> int:
        if number not in self._counts:
            self._counts[number] = self._counted[number].order_by().values("pk").count()
        return self._counts[number]


def _ids(part: Part, first: int, last: int, size: int) -> list[int]:
    """Return the ids of `part` from `first` to `last`, read from the nearer end; `size` is its number of rows."""
    if last <= first:
        return []
    ids = part.values_list("pk", flat=True)
    if first <= size - last:
        return list(ids[first:last])
    return list(ids.reverse()[size - last : size - first])[::-1]


def in_order(rows: QuerySet[Any, Any], ids: Sequence[int]) -> list[Any]:
    """Return those of `rows` with one of `ids`, in the order of `ids`. One query, and those of prefetched rows."""
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


class ExportedRows:
    """All rows of an export, ROWS_PER_QUERY at a time, so that an export of any length needs the memory of one batch.

    `ids` are all ids, in order; `rows_of(ids)` reads some of the rows.
    """

    def __init__(self, model: type[Model], ids: Sequence[int], rows_of: Callable[[Sequence[int]], Rows]) -> None:
        self.model, self._ids, self._rows_of = model, ids, rows_of

    def batches(self) -> Iterator[Rows]:
        for begin in range(0, len(self._ids), ROWS_PER_QUERY):
            yield self._rows_of(self._ids[begin : begin + ROWS_PER_QUERY])

    def __iter__(self) -> Iterator[Any]:
        for rows in self.batches():
            yield from rows


class LongListMixin(abc.ABC):
    """For a listing view of Wagtail with a filtered and ordered `get_queryset()`: page and export read ids first.

    A subclass implements `rows_with`, and may split an unfiltered list into parts that indexes answer.
    """

    request: HttpRequest
    is_export: bool
    list_export: list[str]

    @abc.abstractmethod
    def rows_with(self, ids: Sequence[int]) -> Rows:
        """Return the rows with `ids`, in their order, with all that the columns show."""

    def ids_of(self, queryset: Part) -> IdList:
        """Return the ids of `queryset`, which has the order of the list, for a paginator."""
        return IdList([queryset])

    def paginate_queryset(self, queryset: Part, page_size: int) -> Any:
        listed = self.ids_of(queryset)
        paginator, page, ids, has_others = super().paginate_queryset(listed, page_size)  # type: ignore[misc]
        page.object_list = self.rows_with(ids)
        return paginator, page, page.object_list, has_others

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view: Any = self
        if not self.is_export:
            response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
            return response
        listed = self.ids_of(view.get_queryset())
        rows = ExportedRows(listed.model, list(listed), self.rows_with)
        answer: HttpResponseBase = view.as_spreadsheet(rows, request.GET["export"])
        return answer

    def stream_csv(self, rows: ExportedRows) -> Iterator[bytes]:
        """Yield the lines of the CSV file.

        They are made after the view has returned, and then Wagtail has put the language and the time zone of the editor
        away.
        """
        view: Any = self
        language, zone = translation.get_language(), timezone.get_current_timezone()
        return self._lines(view, rows, language, zone)

    def _lines(self, view: Any, rows: ExportedRows, language: str | None, zone: Any) -> Iterator[bytes]:
        writer: Any = csv.DictWriter(Echo(), fieldnames=self.list_export)
        with translation.override(language):
            headings = {field: view.get_heading(rows, field) for field in self.list_export}
            first = writer.writerow(headings)
        yield first
        for batch in rows.batches():
            with translation.override(language), timezone.override(zone):
                lines = [view.write_csv_row(writer, view.to_row_dict(row)) for row in batch]
            yield from lines
