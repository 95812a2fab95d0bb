"""The style sheet of every screen of the admin, and icons that Wagtail does not have."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

ADMIN_CSS = "video_pages/css/admin.css"


def admin_style_sheet() -> SafeString:
    """Return the HTML that loads ADMIN_CSS."""
    return format_html('<link rel="stylesheet" href="{}">', static(ADMIN_CSS))


def add_icons(icons: list[str]) -> list[str]:
    """Return Wagtail's `icons`, paths of templates, and ours."""
    return [*icons, "video_pages/icons/video-chart.svg"]
