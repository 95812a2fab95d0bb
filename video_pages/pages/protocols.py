"""A video page and a section page, as the modules see them that the models of pages import.

`cards`, `chapters`, `context` and the panels come before `video_page` and `section_page` in the import order, so they
name these protocols and not the models. Values of Wagtail's and modelcluster's own fields are Any: they have no types.
"""

import uuid
from typing import Any, Protocol

from django.http import HttpRequest
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from video_pages.access.site_settings import AccessSettings
from video_pages.core import page_protocols
from video_pages.library.models import VideoFile


class ShownPage(page_protocols.LockablePage, Protocol):
    """The common part of both; `video_pages.pages.protected.ProtectedPage` is the base class of their models."""

    numchild: int
    locale_id: Any

    @property
    def duration_seconds(self) -> float: ...

    @property
    def title_language(self) -> str: ...

    def access_settings(self, request: HttpRequest) -> AccessSettings: ...

    def get_site(self) -> Any: ...

    def get_url(self, request: HttpRequest | None = None) -> Any: ...

    def is_child_of(self, node: Page) -> bool: ...


class Video(ShownPage, page_protocols.ProtectedVideo, Protocol):
    """A video; `VideoPage` is its model."""

    uuid: uuid.UUID
    video_file: VideoFile | None
    video_file_id: int | None
    description: str
    show_description: bool
    thumbnail: AbstractImage | None
    has_unpublished_changes: bool
    chapters: Any

    def get_latest_revision_as_object(self) -> Any: ...


class Section(ShownPage, Protocol):
    """A section; `VideoIndexPage` is its model."""

    order: str
    is_programme: bool


class CountedSection(Section, Protocol):
    """A section from a queryset `with_video_count` and `with_cover`; `cover_id` is the id of a video or None."""

    video_count: int
    cover_id: Any
