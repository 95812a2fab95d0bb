"""The video_pages app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VideoPagesConfig(AppConfig):
    """Videos, sections, access, uploads and delivery."""

    name = "video_pages"
    verbose_name = _("Videos")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from video_pages import signal_handlers  # models are not loaded before
        from video_pages.core import path_range
        from video_pages.pages import deletion_locks, permission_policies
        from video_pages.pages.panels import rich_text
        from video_pages.wagtail_admin import spreadsheets

        path_range.register()
        deletion_locks.register()
        permission_policies.register()
        signal_handlers.connect()
        spreadsheets.escape_exported_cells()
        spreadsheets.refuse_invalid_filters_in_exports()
        rich_text.register_messages()
