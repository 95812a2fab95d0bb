"""Write the texts of a translated video or section, which are live at once and have no history.

So nobody saves over what another editor has saved meanwhile: who writes says which texts were read, by their digests.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from video_pages.core.actions import LoggedAction
from video_pages.core.log_actions import LogAction
from video_pages.core.rights import PageRight
from video_pages.core.signals import pages_updated
from video_pages.pages.protected import ProtectedPage
from video_pages.pages.translating import may_translate

# The editor of rich text numbers the blocks of a text that has no numbers yet, and browsers send their own line ends.
NOT_TEXT = re.compile(r' data-block-key="[^"]*"|\r')
DIGEST_LENGTH = 16


class TranslationPermissionError(PermissionDenied):
    """The user may not edit the original page, or not publish it."""


class TextsChanged(Exception):
    """Texts that another editor has saved since these were read; `page` has them."""

    def __init__(self, page: Any) -> None:
        super().__init__("the texts have changed")
        self.page = page


def digest_of(text: str) -> str:
    """Return the digest of `text`, plain or HTML: the same for texts between which an editor sees no difference."""
    return hashlib.sha256(NOT_TEXT.sub("", text).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def digests_of(page: Any, names: Iterable[str]) -> dict[str, str]:
    """Return {name: digest} of the texts of `page` with these `names`."""
    return {name: digest_of(getattr(page, name)) for name in names}


class SetTextsAction(LoggedAction):
    """Writes texts and the slug of a translation; `texts` are by the names of `own_texts`, and "slug".

    `read` has the digests of these texts as the user has read them (`digests_of`); None for a program that has read
    nothing. Raises TextsChanged if they are others now, and writes nothing.
    """

    action_name = "set_texts"
    permission_policy_action = PageRight.EDIT
    permission_error_class = TranslationPermissionError
    log_action = LogAction.TEXTS_CHANGED

    def __init__(
        self,
        page: ProtectedPage,
        texts: Mapping[str, str],
        *,
        read: Mapping[str, str] | None = None,
        user: User | None = None,
    ) -> None:
        super().__init__(page, user=user)
        self._texts, self._read = texts, read

    def user_has_permission(self) -> bool:
        return may_translate(self.instance, self.user)

    def act(self) -> bool:
        page: Any = self.instance
        current = type(page).objects.select_for_update(no_key=True).get(pk=page.pk)
        saved = digests_of(current, self._texts)
        if self._read is not None and saved != self._read:
            raise TextsChanged(current)
        changed = {name: text for name, text in self._texts.items() if digest_of(text) != saved[name]}
        if current.has_own_texts and not changed:
            return False
        # Only what is another text now: not the place in the tree, nor what others write meanwhile.
        for name, text in changed.items():
            setattr(current, name, text)
        also = {"title": "draft_title", "slug": "url_path"}
        current.draft_title = current.title
        if changed:
            current.save(update_fields=[*changed, *(also[name] for name in also if name in changed)])
        type(page).objects.filter(pk=page.pk).update(has_own_texts=True)
        for name in (*self._texts, *also.values()):
            setattr(page, name, getattr(current, name))
        page.has_own_texts = True
        pages_updated.send(sender=type(page), page_ids=[page.pk])
        return True
