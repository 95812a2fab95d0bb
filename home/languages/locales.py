"""Wagtail's rows for the languages of pages: new pages without a parent, and Wagtail's own queries, need one."""

from typing import Any

from django.conf import settings
from django.db import connection
from wagtail.models import Locale, Site

from video_pages.pages.translating import make_missing_locales


def make_after_migrations(**kwargs: Any) -> None:
    """Make the Locales of `LANGUAGE_CODE` and `PAGE_LANGUAGES` that are missing."""
    if Locale._meta.db_table in connection.introspection.table_names():
        make_missing_locales([settings.LANGUAGE_CODE, *settings.PAGE_LANGUAGES])
        Site.clear_site_root_paths_cache()  # it has the home pages in all languages of pages
