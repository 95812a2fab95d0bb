"""Registrations of Wagtail's hooks. The functions and classes are in wagtail_admin/."""

from wagtail import hooks

from video_pages.access import shared_passwords
from video_pages.core import log_actions
from video_pages.pages import rich_text_handlers
from video_pages.pages.protected import read_access_state
from video_pages.wagtail_admin import style_sheets, urls
from video_pages.wagtail_admin.access import dialog, open_sessions
from video_pages.wagtail_admin.bulk import actions as bulk_actions
from video_pages.wagtail_admin.dashboard import statistics_panel, summary_items
from video_pages.wagtail_admin.listing import videos as listing
from video_pages.wagtail_admin.sections import (
    arranging,
    editors,
    image_privacy,
    page_privacy,
    page_revisions,
)
from video_pages.wagtail_admin.statistics import reports
from video_pages.wagtail_admin.statistics import video as statistics
from video_pages.wagtail_admin.uploads import screen, summary, tus
from video_pages.wagtail_admin.video import captions, copying, files, poster, processing, version

hooks.register("before_serve_page", shared_passwords.clear_typed_passwords)
hooks.register("before_serve_page", read_access_state)
hooks.register("register_rich_text_features", rich_text_handlers.register_handlers, order=100)  # after Wagtail's
hooks.register("register_log_actions", log_actions.register)
hooks.register("insert_global_admin_css", style_sheets.phone_style_sheet)
hooks.register("register_icons", style_sheets.add_icons)
hooks.register("register_admin_urls", dialog.admin_urls)
hooks.register("register_page_listing_more_buttons", dialog.listing_buttons)
hooks.register("register_page_header_buttons", dialog.header_buttons)
hooks.register("register_admin_viewset", listing.videos_viewset)
hooks.register("construct_homepage_summary_items", summary_items.add_summary_items, order=100)  # after wagtailmedia's
hooks.register("before_copy_page", copying.refuse_copy)
hooks.register("before_copy_page", page_privacy.refuse_foreign_copy)
hooks.register("before_convert_alias_page", copying.refuse_conversion)
hooks.register("construct_admin_api", copying.register_api)
hooks.register("construct_admin_api", image_privacy.register_api, order=100)  # after Wagtail's own, which it replaces
hooks.register("register_admin_viewset", page_revisions.pages_viewset)  # in place of Wagtail's own
hooks.register("construct_page_chooser_queryset", page_privacy.filter_chooser)
hooks.register("construct_reports_menu", urls.hide_page_types_usage)
hooks.register("register_admin_urls", processing.admin_urls)
hooks.register("register_admin_urls", screen.admin_urls)
hooks.register("register_admin_urls", summary.admin_urls)
hooks.register("register_admin_urls", tus.admin_urls)
hooks.register("register_admin_urls", captions.admin_urls)
hooks.register("register_admin_urls", poster.admin_urls)
hooks.register("register_admin_urls", version.admin_urls)
hooks.register("register_admin_urls", files.admin_urls, order=-1)  # before wagtailmedia's
hooks.register("register_admin_menu_item", screen.menu_item)
hooks.register("construct_homepage_panels", screen.add_dashboard_panel)
hooks.register("register_admin_urls", editors.admin_urls)
hooks.register("register_admin_urls", statistics.admin_urls)
hooks.register("register_page_listing_more_buttons", statistics.listing_buttons)
hooks.register("register_admin_urls", reports.admin_urls)
hooks.register("register_reports_menu_item", reports.videos_menu_item)
hooks.register("register_reports_menu_item", reports.days_menu_item)
hooks.register("construct_homepage_panels", statistics_panel.add_dashboard_panel)
hooks.register("register_page_listing_more_buttons", editors.header_buttons)
hooks.register("register_page_header_buttons", editors.header_buttons)
hooks.register("register_admin_urls", arranging.rename_entry)
hooks.register("register_admin_viewset", open_sessions.open_sessions_viewset)
hooks.register("register_admin_urls", open_sessions.admin_urls)
for action in (*bulk_actions.ALL, *image_privacy.BULK_ACTIONS):
    hooks.register("register_bulk_action", action, order=100)  # after Wagtail's own, some of which these replace
