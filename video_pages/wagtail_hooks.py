"""Registrations of Wagtail's hooks. The functions and classes are in wagtail_admin/."""

from wagtail import hooks

from video_pages.access import shared_passwords
from video_pages.core import log_actions
from video_pages.pages import rich_text_handlers
from video_pages.pages.protected import read_access_state
from video_pages.wagtail_admin import deletion, style_sheets, urls
from video_pages.wagtail_admin.access import dialog, menu_entries, no_password, open_sessions, page_sessions
from video_pages.wagtail_admin.access_requests import listing as requests_listing
from video_pages.wagtail_admin.bulk import actions as bulk_actions
from video_pages.wagtail_admin.dashboard import invitations_panel, schedule_panel, statistics_panel, summary_items
from video_pages.wagtail_admin.invitations import bulk as invitation_actions
from video_pages.wagtail_admin.invitations import listing as invitations
from video_pages.wagtail_admin.invitations import mail_setting, section_rules
from video_pages.wagtail_admin.listing import videos as listing
from video_pages.wagtail_admin.sections import (
    alike,
    arranging,
    editors,
    image_privacy,
    page_privacy,
    page_revisions,
    places,
)
from video_pages.wagtail_admin.see_as import choices as see_as
from video_pages.wagtail_admin.see_as import serving as see_as_serving
from video_pages.wagtail_admin.self_test import dashboard as self_test_panel
from video_pages.wagtail_admin.self_test import screen as self_test
from video_pages.wagtail_admin.statistics import reports
from video_pages.wagtail_admin.statistics import video as statistics
from video_pages.wagtail_admin.translations import entries as translations
from video_pages.wagtail_admin.uploads import direct, new_section, screen, summary, tus
from video_pages.wagtail_admin.video import (
    caption_editor,
    captions,
    copying,
    files,
    film_panel,
    poster,
    processing,
    version,
)

# Before all that asks who sends the request.
hooks.register("before_serve_page", see_as_serving.replace_visitor, order=-10)
hooks.register("before_serve_page", shared_passwords.clear_typed_passwords)
hooks.register("before_serve_page", read_access_state)
hooks.register("register_rich_text_features", rich_text_handlers.register_handlers, order=100)  # after Wagtail's
hooks.register("register_log_actions", log_actions.register)
hooks.register("insert_global_admin_css", style_sheets.admin_style_sheets)
hooks.register("insert_global_admin_js", style_sheets.admin_script)
hooks.register("register_icons", style_sheets.add_icons)
hooks.register("register_admin_urls", dialog.admin_urls)
hooks.register("register_page_listing_more_buttons", menu_entries.menu_buttons)
hooks.register("register_page_header_buttons", menu_entries.menu_buttons)
hooks.register("after_publish_page", no_password.hint_at_password)
hooks.register("register_admin_viewset", listing.videos_viewset)
hooks.register("construct_homepage_summary_items", summary_items.add_summary_items, order=100)  # after wagtailmedia's
hooks.register("before_copy_page", copying.refuse_copy)
hooks.register("before_copy_page", page_privacy.refuse_foreign_copy)
hooks.register("before_delete_page", deletion.warn_of_followers)
hooks.register("before_convert_alias_page", copying.refuse_conversion)
hooks.register("construct_admin_api", copying.register_api)
hooks.register("construct_admin_api", image_privacy.register_api, order=100)  # after Wagtail's own, which it replaces
hooks.register("register_admin_viewset", page_revisions.pages_viewset)  # in place of Wagtail's own
hooks.register("construct_page_chooser_queryset", page_privacy.filter_chooser)
hooks.register("construct_explorer_page_queryset", page_privacy.filter_explorer)
hooks.register("construct_reports_menu", urls.hide_page_types_usage)
hooks.register("register_admin_urls", processing.admin_urls)
hooks.register("register_admin_urls", screen.admin_urls)
hooks.register("register_admin_urls", summary.admin_urls)
hooks.register("register_admin_urls", new_section.admin_urls)
hooks.register("register_admin_urls", tus.admin_urls)
hooks.register("register_admin_urls", direct.admin_urls)
hooks.register("register_admin_urls", captions.admin_urls)
hooks.register("register_admin_urls", caption_editor.admin_urls)
hooks.register("register_admin_urls", poster.admin_urls)
hooks.register("register_admin_urls", film_panel.admin_urls)
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
hooks.register("construct_homepage_panels", invitations_panel.add_dashboard_panel)
hooks.register("construct_homepage_panels", schedule_panel.add_dashboard_panel)
hooks.register("register_account_settings_panel", mail_setting.InvitationMailPanel)
hooks.register("register_admin_urls", see_as.admin_urls)
hooks.register("register_page_listing_more_buttons", see_as.menu_buttons)
hooks.register("register_page_header_buttons", see_as.menu_buttons)
hooks.register("register_admin_urls", translations.admin_urls)
hooks.register("register_page_listing_more_buttons", translations.menu_buttons)
hooks.register("register_page_header_buttons", translations.menu_buttons)
hooks.register("before_edit_page", translations.edit_texts)
hooks.register("register_admin_urls", self_test.admin_urls)
hooks.register("register_reports_menu_item", self_test.menu_item)
hooks.register("construct_homepage_panels", self_test_panel.add_dashboard_panel)
hooks.register("register_page_listing_more_buttons", editors.menu_buttons)
hooks.register("register_page_header_buttons", editors.menu_buttons)
hooks.register("register_admin_urls", alike.admin_urls)
hooks.register("register_page_listing_more_buttons", alike.menu_buttons)
hooks.register("register_page_header_buttons", alike.menu_buttons)
hooks.register("register_admin_urls", arranging.rename_entry)
hooks.register("register_admin_urls", places.admin_urls)
hooks.register("register_admin_viewset", open_sessions.open_sessions_viewset)
hooks.register("register_admin_urls", page_sessions.admin_urls)
hooks.register("register_admin_viewset", requests_listing.access_requests_viewset)
hooks.register("register_admin_viewset", invitations.invitation_viewset)
hooks.register("register_permissions", section_rules.rules_permission)
for action in (*bulk_actions.BULK_ACTIONS, *invitation_actions.BULK_ACTIONS, *image_privacy.BULK_ACTIONS):
    hooks.register("register_bulk_action", action, order=100)  # after Wagtail's own, some of which these replace
