"""The style sheets and the script of every screen of the admin, and icons that Wagtail does not have."""

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from video_pages.core.scripts import module_script

ADMIN_CSS = ["video_pages/css/admin.css", "video_pages/css/admin_contrast.css"]
ADMIN_JS = module_script("video_pages/js/field_names.js")


def admin_style_sheets() -> SafeString:
    """Return the HTML that loads ADMIN_CSS."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(path),) for path in ADMIN_CSS))


def admin_script() -> SafeString:
    """Return the HTML that loads ADMIN_JS."""
    return format_html("{}", ADMIN_JS)


def add_icons(icons: list[str]) -> list[str]:
    """Return Wagtail's `icons`, paths of templates, and ours."""
    return [*icons, "video_pages/icons/video-chart.svg"]
