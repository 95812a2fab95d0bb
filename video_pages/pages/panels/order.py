"""The page editor's link from a section's *Order* to the list in which its videos are dragged into order."""

from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel


class ArrangePanel(Panel):
    """A link; not shown on a section that is not saved yet, or to editors who may not publish in it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "video_pages/admin/sections/arrange_panel.html"

        def is_shown(self) -> bool:
            section = self.instance
            return bool(section.pk) and section.permissions_for_user(self.request.user).can_reorder_children()

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            # Wagtail's list of the pages below the section, in their order and with handles.
            context["arrange_url"] = reverse("wagtailadmin_explore", args=(self.instance.pk,)) + "?ordering=ord"
            return context
