"""Wagtail's row for the site's language: new pages without a parent, and Wagtail's own queries, need one."""

from typing import Any

from django.conf import settings
from django.db import connection
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale


def make_own(**kwargs: Any) -> None:
    """Make the Locale of `LANGUAGE_CODE` if there is none: of a site that changed its language. After migrations."""
    if Locale._meta.db_table in connection.introspection.table_names():
        Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
