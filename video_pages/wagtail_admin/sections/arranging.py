"""The menu entry that leads to the list in which the videos of a section are dragged into order.

The entry, the list and the dragging are Wagtail's. Wagtail calls the entry "Sort menu order" and also shows it for
videos.
"""

from typing import Any

from django.contrib.auth.models import User
from django.urls import URLPattern
from django.utils.translation import gettext as _

from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.wagtail_admin.compat import replace_sort_button


def rename_entry() -> list[URLPattern]:
    """Replace Wagtail's menu entry by one with another label; return no addresses.

    This function is registered as a hook for addresses, which Wagtail calls once, after it has loaded the hooks of all
    apps. To load Wagtail's own hooks earlier would change the order in which hooks are called.
    """
    replace_sort_button(_arrange_button)
    return []


def _arrange_button(wagtail_button: Any) -> type:
    class ArrangeItem(wagtail_button):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if isinstance(self.page, VideoIndexPage):
                self.label = _("Arrange the films")

        def is_shown(self, user: User) -> bool:
            return not isinstance(self.page, VideoPage) and super().is_shown(user)

    return ArrangeItem
