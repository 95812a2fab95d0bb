"""Wagtail's own bulk actions, offered in the Videos listing too, where "all" means what the listing shows."""

from django.utils.translation import ngettext
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.models import Page

from video_pages.access.opening import How, openings
from video_pages.models import VideoPage
from video_pages.rights.pages import told_of
from video_pages.wagtail_admin.bulk.selection import listed_ids


class NamesNoOthersMixin:
    """A bulk action of Wagtail that names no page that the editor can't see in the page tree."""

    models = [Page]

    def get_actionable_objects(self):
        objects, without_access = super().get_actionable_objects()
        refused = without_access["items_with_no_access"]
        # Asked twice by Wagtail for one answer, the second time with what it has made of these pages.
        told = told_of(refused, self.request.user)
        without_access["items_with_no_access"] = [page for page in refused if page.pk in told]
        return objects, without_access


class OnVideosMixin(NamesNoOthersMixin):
    """The same on what the Videos listing shows."""

    models = [VideoPage]

    def get_all_objects_in_listing_query(self, parent_id):
        return listed_ids(self.request, self.model)


class MovePages(NamesNoOthersMixin, MoveBulkAction):
    pass


class PublishPages(NamesNoOthersMixin, PublishBulkAction):
    pass


class UnpublishPages(NamesNoOthersMixin, UnpublishBulkAction):
    pass


class DeletePages(NamesNoOthersMixin, DeleteBulkAction):
    pass


class MoveVideos(OnVideosMixin, MoveBulkAction):
    """Says what moving does to what opens a video, before and after."""

    template_name = "video_pages/admin/bulk/confirm_move.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        videos = [item["item"] for item in context["items"]]
        found = openings(videos) if videos else {}
        ways = [opening.how for opening in found.values()]
        context["own"], context["by_section"] = ways.count(How.OWN), ways.count(How.SECTION)
        context["others"] = len(ways) - context["own"] - context["by_section"]
        return context

    def get_success_message(self, num_parent_objects, num_child_objects):
        moved = super().get_success_message(num_parent_objects, num_child_objects)
        videos = VideoPage.objects.filter(pk__in=[page.pk for page in self.actionable_objects])
        found = openings(videos).values() if videos else []
        sentences = [moved + "."]
        by_section = [opening for opening in found if opening.how == How.SECTION]
        if by_section:
            sentences.append(
                ngettext(
                    "%(count)d is opened by the password of the section “%(title)s” now.",
                    "%(count)d are opened by the password of the section “%(title)s” now.",
                    len(by_section),
                )
                % {"count": len(by_section), "title": by_section[0].guard.title}
            )
        nobody = sum(opening.how == How.NOBODY for opening in found)
        if nobody:
            sentences.append(
                ngettext(
                    "%(count)d has no password there: nobody can unlock it.",
                    "%(count)d have no password there: nobody can unlock them.",
                    nobody,
                )
                % {"count": nobody}
            )
        return " ".join(str(sentence) for sentence in sentences) if len(sentences) > 1 else moved


class PublishVideos(OnVideosMixin, PublishBulkAction):
    pass


class UnpublishVideos(OnVideosMixin, UnpublishBulkAction):
    pass


class DeleteVideos(OnVideosMixin, DeleteBulkAction):
    pass
