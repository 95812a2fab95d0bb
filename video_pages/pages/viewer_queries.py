"""Prepared queries of lists: compiled once for all viewers to whom the same conditions apply."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from video_pages.access.listed import Viewer
from video_pages.core.prepared import PreparedQuery, Row, Value

# Texts of one query for different facts; when there are more, all are compiled anew.
MAX_SHAPES = 100


class ViewerQuery:
    """A PreparedQuery of the pages that lists show to a Viewer.

    `build(viewer, *values, **fixed)` returns a queryset of `values_list()`; the values are those of a PreparedQuery.

    Querysets branch on the facts in a Viewer: on the lengths of paths, and on whether a section was unlocked. So a text
    belongs to exactly one set of facts and is compiled with these facts themselves. Only the time and the ids of
    unlocked videos, which are compared with columns and nothing else, are values. `build` may branch on `fixed`, too:
    hashable values such as a depth in the tree, of which each combination has a text of its own.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._prepared: dict[Any, PreparedQuery] = {}

    def rows(self, viewer: Viewer, *values: Value | tuple[Value, ...], **fixed: Any) -> list[Row]:
        """Return the rows for `viewer` and `values` as a list of tuples."""
        facts = viewer.without_values()
        shape = (facts, *sorted(fixed.items()))
        prepared = self._prepared.get(shape)
        if prepared is None:  # if two threads prepare the same query, either is right
            if len(self._prepared) >= MAX_SHAPES:
                self._prepared.clear()
            prepared = self._prepared[shape] = PreparedQuery(self._for(facts, fixed), optional=2)
        return prepared.rows(viewer.now, viewer.videos, *values)

    def _for(self, facts: Viewer, fixed: dict[str, Any]) -> Callable[..., QuerySet[Any, Any]]:
        def build(now: Any, videos: tuple[int, ...], *values: Any) -> QuerySet[Any, Any]:
            return self._build(dataclasses.replace(facts, now=now, videos=videos), *values, **fixed)

        return build
