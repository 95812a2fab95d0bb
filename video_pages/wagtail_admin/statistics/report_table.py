"""The table of both reports: its rows, its columns, and its order."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn

from video_pages.analytics.statistics import Totals
from video_pages.core.humanize import format_duration, format_percent


@dataclass
class Row:
    """One line of a report. It has the attributes of `totals`, under the names that columns and exports use."""

    totals: Totals
    pk: int | None = None
    title: str = ""
    section: str = ""
    uuid: str = ""
    day: dt.date | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "totals":
            raise AttributeError(name)
        return getattr(self.totals, name)

    @property
    def average_percent(self) -> int | None:
        """The average share watched in whole percent; None without a watch report."""
        share = self.totals.average_share
        return None if share is None else round(share * 100)


class VideoColumn(TitleColumn):
    """The title. On a phone the section stands below it and not in a column, so that numbers are in sight."""

    cell_template_name = "video_pages/admin/statistics/title_cell.html"


class WatchedColumn(Column):
    """A number of seconds, formatted as a duration."""

    def get_value(self, instance: Row) -> str:
        return format_duration(super().get_value(instance)) or "0"


class ShareColumn(Column):
    """A share from 0 to 1, formatted in percent; a dash for None."""

    def get_value(self, instance: Row) -> str:
        return format_percent(super().get_value(instance)) or "–"


def number_columns() -> list[Column]:
    """Return the columns that both reports have."""
    return [
        NumberColumn("views", label=_("Views"), sort_key="views"),
        NumberColumn("unique_viewers", label=_("Viewers"), sort_key="unique_viewers"),
        NumberColumn("completed", label=_("To the end"), sort_key="completed"),
        WatchedColumn("watch_seconds", label=_("Watched"), sort_key="watch_seconds", classname="moment"),
        ShareColumn("average_share", label=_("Average"), sort_key="average_share", classname="moment"),
        NumberColumn("downloads", label=_("Downloads"), sort_key="downloads"),
        NumberColumn("unlocks", label=_("Unlocks"), sort_key="unlocks"),
        NumberColumn("refused_guesses", label=_("Refused guesses"), sort_key="refused_guesses"),
    ]


def in_order(rows: list[Row], ordering: str) -> list[Row]:
    """Return `rows` sorted by the column `ordering`, descending with "-" before it; rows without a value last."""
    column = ordering.removeprefix("-")
    known = [row for row in rows if getattr(row, column) is not None]
    unknown = [row for row in rows if getattr(row, column) is None]
    return sorted(known, key=lambda row: getattr(row, column), reverse=ordering.startswith("-")) + unknown
