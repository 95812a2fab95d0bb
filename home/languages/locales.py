"""Wagtail's rows for the languages of pages: new pages without a parent, and Wagtail's own queries, need one."""

from typing import Any

from django.conf import settings
from django.db import connection
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Site


def make_own(**kwargs: Any) -> None:
    """Make the Locales of `LANGUAGE_CODE` and `PAGE_LANGUAGES` that are missing. After migrations."""
    if Locale._meta.db_table in connection.introspection.table_names():
        for code in (settings.LANGUAGE_CODE, *settings.PAGE_LANGUAGES):
            Locale.objects.get_or_create(language_code=get_supported_content_language_variant(code))
        Site.clear_site_root_paths_cache()  # it has the home pages in all languages of pages
