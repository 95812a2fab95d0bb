"""The entry of Wagtail's menus that leads to the list in which the films of a section are dragged into order.

Wagtail has the entry, the list and the dragging, calls the entry "Sort menu order", and shows it for films as well.
"""

import importlib

from django.utils.translation import gettext as _

from video_pages.pages.models import VideoIndexPage, VideoPage


def rename_entry():
    """Put an entry of our words in the place of Wagtail's; registered as a hook for addresses, of which it has none.

    Wagtail has no hook for the entries of a page's header. It asks for addresses once, when the modules of all hooks
    are loaded: loading its own earlier would change the order in which hooks are called.
    """
    wagtails = importlib.import_module("wagtail.admin.wagtail_hooks")

    class ArrangeItem(wagtails.PageListingSortMenuOrderButton):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if isinstance(self.page, VideoIndexPage):
                self.label = _("Arrange the videos")

        def is_shown(self, user):
            return not isinstance(self.page, VideoPage) and super().is_shown(user)

    wagtails.PageListingSortMenuOrderButton = ArrangeItem
    return []
