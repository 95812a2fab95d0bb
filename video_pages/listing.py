"""Querysets of the two kinds of pages: each states the whole need of a list."""

from django.db.models import Func, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import PageManager
from wagtail.query import PageQuerySet


class VideoPageQuerySet(PageQuerySet):
    def with_files(self):
        """With what a card shows: the video file with its job, and the thumbnail with its renditions."""
        return self.select_related("video_file", "video_file__job", "thumbnail").prefetch_related(
            "thumbnail__renditions"
        )

    def current(self, now):
        """Those not past their end at `now`, whether or not a worker has unpublished the others yet."""
        return self.exclude(expire_at__lte=now)

    def newest_first(self):
        return self.order_by("-first_published_at", "-pk")


class VideoIndexPageQuerySet(PageQuerySet):
    def with_video_count(self, videos):
        """With `video_count`: how many of `videos`, a queryset of pages, lie below each section at any depth."""
        # A plain function and not the Count aggregate, which would group the rows by page.
        everything = Func("pk", function="COUNT", output_field=IntegerField())
        below = videos.filter(path__startswith=OuterRef("path")).order_by().annotate(everything=everything)
        return self.annotate(video_count=Coalesce(Subquery(below.values("everything")), 0))


VideoPageManager = PageManager.from_queryset(VideoPageQuerySet)
VideoIndexPageManager = PageManager.from_queryset(VideoIndexPageQuerySet)
