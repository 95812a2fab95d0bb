"""The pages that packages below `pages` work with: what they may rely on of a video page or a section page.

Those packages must not import the models of pages. Managers and results of Wagtail's own methods are Any: Wagtail has
no types.
"""

import datetime as dt
from typing import Any, Protocol


class LockablePage(Protocol):
    """A video page or a section page; `pages.protected.ProtectedPage` is the base class of both."""

    pk: int
    path: str
    title: str
    live: bool
    expire_at: dt.datetime | None
    first_published_at: dt.datetime | None
    alias_of_id: int | None
    password_hash: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    listed: str
    objects: Any
    guard_kind: str

    @property
    def source(self) -> Any:
        """The page itself, or for an alias the page that it follows."""

    @property
    def is_translation(self) -> bool:
        """True for an alias in another language than its source."""

    def permissions_for_user(self, user: Any) -> Any: ...

    def get_view_restrictions(self) -> Any: ...

    def get_descendants(self) -> Any: ...

    def get_site(self) -> Any: ...


class ProtectedVideo(LockablePage, Protocol):
    """A video page."""

    open_to_everyone: bool
