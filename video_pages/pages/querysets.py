"""Querysets of VideoPage and VideoIndexPage: the relations, the order, and the titles that a viewer may see."""

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, TextChoices
from django.db.models.functions import Coalesce, Length, Substr
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from video_pages.access.guard import SECTION, page_model
from video_pages.access.listed import Viewer, without_private
from video_pages.access.models import Listed


class Order(TextChoices):
    """The order of the videos of a section."""

    ARRANGED = "arranged", _("As arranged under Pages")
    NEWEST = "newest", _("Newest first")
    TITLE = "title", _("By title")


MOST_COUNTED = 100
"""Videos of a section that its card counts. People want to know whether there are few, and which number of few."""
COVER_CANDIDATES = 24


class CountOf(Subquery):
    """The number of rows of a subquery, which may be limited."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class ListedQuerySet(PageQuerySet):
    """The part that both kinds of pages share: the condition of every list, count and link."""

    def current(self, now: dt.datetime) -> Self:
        """Filter out pages past their end at `now`, even if no worker has unpublished them yet."""
        return self.exclude(expire_at__lte=now)

    def listed_to(self, viewer: Viewer, *, below: Page | None = None) -> Self:
        """Filter for the pages that a list may show to `viewer`.

        `below` is the page whose list this is; see `Viewer.inside`.
        """
        viewer = viewer.inside(below)
        pages = self.live().current(viewer.now).exclude(listed=Listed.NOWHERE)
        pages = without_private(pages, viewer)
        pages = pages.with_paths_at({*viewer.hiding_depths, *viewer.asking_depths})
        for each in viewer.hiding_depths:
            pages = pages.exclude(**{f"path_at_{each}__in": viewer.hiding_sections(each)})
        if viewer.translated:
            pages = pages.filter(pages.follows_listed(viewer))
        return pages.filter(pages.follows_current(viewer.now), pages.passes(viewer))

    def follows_current(self, now: dt.datetime) -> Q:
        """Return the condition that a page is no alias, or that of a page that is live and not past its end at `now`.

        The subquery is asked for aliases alone.
        """
        sources = Page.objects.filter(pk=OuterRef("alias_of"), live=True).exclude(expire_at__lte=now).order_by()
        return Q(alias_of=None) | Q(Exists(sources))

    def follows_listed(self, viewer: Viewer) -> Q:
        """Return the condition that a page is no translation, or that of a page that lists show to `viewer` too."""
        sources = self.model._default_manager.listed_to(viewer.of_sources())
        return Q(alias_of=None) | Q(locale=F("alias_of__locale")) | Q(alias_of__in=sources.order_by().values("pk"))

    def inside_windows(self, now: dt.datetime) -> Self:
        """Filter for the pages that can be watched at `now` as far as windows decide: see `access.window`."""
        is_outside = Q(opens_at__gt=now) | Q(closes_at__lte=now)
        sections = page_model(SECTION).objects.filter(is_outside).order_by()
        depths = set(sections.values_list("depth", flat=True).distinct())
        pages = self.exclude(is_outside).with_paths_at(depths)
        for each in depths:
            pages = pages.exclude(**{f"path_at_{each}__in": sections.filter(depth=each).values("path")})
        return pages

    def with_listing(self, listed: str, viewer: Viewer) -> Self:
        """Filter for the pages whose strictest choice on their path is `listed`, as `access.listings` computes.

        `viewer` is that of a browser that has unlocked nothing.
        """
        pages = self.with_paths_at({*viewer.hiding_depths, *viewer.asking_depths})
        above_hides = Q(pk__in=[])
        for depth in viewer.hiding_depths:
            above_hides |= Q(**{f"path_at_{depth}__in": viewer.hiding_sections(depth)})
        nowhere = above_hides | Q(listed=Listed.NOWHERE)
        if listed == Listed.NOWHERE:
            return pages.filter(nowhere)
        everywhere = pages.passes(viewer)
        return pages.filter(~nowhere & (everywhere if listed == Listed.EVERYWHERE else ~everywhere))

    def with_paths_at(self, depths: Iterable[int]) -> Self:
        """Annotate each page with the path of its ancestor at each of `depths`; for a higher page, with its own path.

        The paths are compared by equality with lists that the database computes once. A subquery for each page would
        scan all sections for each.
        """
        return self.alias(**{f"path_at_{depth}": Substr("path", 1, depth * Page.steplen) for depth in depths})

    def passes(self, viewer: Viewer) -> Q:
        """Return the condition that no choice "only after unlocking" hides a page from `viewer`."""
        passes = self._is_asked_nothing(viewer, from_depth=0)
        # A browser that has unlocked a section has passed the choices of the sections above it.
        for path in viewer.guards if viewer.asking_depths else ():
            passes |= Q(path__startswith=path) & self._is_asked_nothing(viewer, from_depth=len(path) // Page.steplen)
        return passes & self._passes_itself(viewer)

    def _is_asked_nothing(self, viewer: Viewer, *, from_depth: int) -> Q:
        nothing = Q()
        for depth in viewer.asking_depths:
            if depth > from_depth:
                nothing &= ~Q(**{f"path_at_{depth}__in": viewer.asking_sections(depth)})
        return nothing

    def _passes_itself(self, viewer: Viewer) -> Q:
        """Return the condition that the page's own choice does not hide it. A section's counts with its ancestors'."""
        return Q()


class VideoPageQuerySet(ListedQuerySet):
    """Querysets of videos."""

    def with_files(self) -> Self:
        """Fetch the relations of a card: the video file with its job, and the thumbnail with its renditions."""
        return self.select_related("video_file", "video_file__job", "thumbnail").prefetch_related(
            "thumbnail__renditions"
        )

    def in_lists(self, viewer: Viewer, *, section: Page | None = None, below: Page | None = None) -> Self:
        """Filter as `listed_to` does, for a list in the order of the list entries: of `section`, or of all sections."""
        pages = self.filter(list_entry__isnull=False)
        if section is not None:
            pages = pages.filter(list_entry__section=section.pk)
        if not viewer.videos and not viewer.unlocked:
            # The index answers this without a look at the pages that are left out.
            pages = pages.filter(list_entry__listed=Listed.EVERYWHERE)
        return pages.listed_to(viewer, below=below)

    def newest_first(self) -> Self:
        """Order videos with list entries by first publication, the latest first."""
        return self.order_by("-list_entry__date", "-list_entry__page")

    def listed_to(self, viewer: Viewer, *, below: Page | None = None) -> Self:
        pages = self
        if viewer.unlocked:
            of_source = Coalesce("alias_of__path", "path")
            pages = pages.alias(
                guarded_in=Substr(of_source, 1, Length(of_source) - Page.steplen),
                own_hash=Coalesce("alias_of__videopage__password_hash", "password_hash"),
            )
        return super(VideoPageQuerySet, pages).listed_to(viewer, below=below)

    def passes(self, viewer: Viewer) -> Q:
        passes = super().passes(viewer)
        if viewer.videos:
            passes |= Q(pk__in=viewer.videos) | Q(alias_of__in=viewer.videos)
        return passes

    def _passes_itself(self, viewer: Viewer) -> Q:
        passes = ~Q(listed=Listed.UNLOCKED)
        if viewer.unlocked:
            # Without a password of its own. The source of an alias of an alias is not known here: it is left out.
            passes |= Q(own_hash="", guarded_in__in=viewer.unlocked, alias_of__alias_of=None)
        return passes


class VideoIndexPageQuerySet(ListedQuerySet):
    """Querysets of sections."""

    def with_video_count(self, videos: VideoPageQuerySet) -> Self:
        """Annotate `video_count`: the number of `videos` below each section at any depth, at most MOST_COUNTED + 1."""
        below = videos.filter(path__startswith=OuterRef("path")).order_by().values("pk")
        return self.annotate(video_count=CountOf(below[: MOST_COUNTED + 1]))

    def with_cover(self, videos: VideoPageQuerySet) -> Self:
        """Annotate `cover_id`: the id of the first of `videos` below each section that has an image.

        Only the first COVER_CANDIDATES of them are asked.
        """
        # Two levels out: the candidates are a subquery of the subquery of a section.
        below = videos.filter(path__startswith=OuterRef(OuterRef("path"))).order_by("path")
        below = below.values("pk")[:COVER_CANDIDATES]
        has_picture = Q(thumbnail__isnull=False) | (Q(video_file__isnull=False) & ~Q(video_file__still=""))
        pictured = videos.model.objects.filter(has_picture, pk__in=below).order_by("path")
        return self.annotate(cover_id=Subquery(pictured.values("pk")[:1]))


VideoPageManager = PageManager.from_queryset(VideoPageQuerySet)
VideoIndexPageManager = PageManager.from_queryset(VideoIndexPageQuerySet)
