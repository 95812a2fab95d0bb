"""The style sheets and the scripts of every screen of the admin, and icons that Wagtail does not have."""

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from video_pages.core.scripts import module_script

ADMIN_CSS = [
    f"video_pages/css/{name}.css"
    for name in ("admin", "admin_contrast", "admin_phone", "admin_line_breaks", "file_inputs")
]
ADMIN_JS = module_script("video_pages/js/field_names.js")


def admin_style_sheets() -> SafeString:
    """Return the HTML that loads ADMIN_CSS."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(path),) for path in ADMIN_CSS))


def admin_script() -> SafeString:
    """Return the HTML that loads ADMIN_JS, and the script of file inputs, which finds its words on its own element."""
    words = {
        "data-file-inputs": "",
        "data-one": _("Choose a file"),
        "data-several": _("Choose files"),
        "data-none": _("No file is chosen"),
        "data-count": _("Chosen files: {count}"),
    }
    return format_html("{}{}", ADMIN_JS, module_script("video_pages/js/file_inputs.js", **words))


def add_icons(icons: list[str]) -> list[str]:
    """Return Wagtail's `icons`, paths of templates, and ours."""
    return [*icons, "video_pages/icons/video-chart.svg"]
