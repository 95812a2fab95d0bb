"""Rows about exactly one page: a video or a section."""

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

_ST = TypeVar("_ST")
_GT = TypeVar("_GT")


class PageKey(models.ForeignKey[_ST, _GT]):
    """A foreign key of AboutOnePage. The model that inherits it sets the related name and whether it has an index."""

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        if not cls._meta.abstract and issubclass(cls, AboutOnePage):
            self._related_name = self.remote_field.related_name = cls.rows_of_page
            self.db_index = cls.has_page_indexes
        super().contribute_to_class(cls, name, private_only, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class AboutOnePage(models.Model):
    """A row about one video or one section, as the constraint `one_page(name)` makes sure."""

    rows_of_page: ClassVar[str]  # the related name on both pages
    has_page_indexes: ClassVar[bool] = True  # False for a model whose own indexes begin with these columns

    video = PageKey("video_pages.VideoPage", null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("video"))
    section = PageKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("section")
    )

    class Meta:
        abstract = True

    @property
    def page(self) -> Any:
        """The source page that the row is about, a VideoPage or a VideoIndexPage."""
        return self.video or self.section

    @property
    def page_key(self) -> str:
        """The page as one word, as in `Guard.key`."""
        return f"video:{self.video_id}" if self.video_id else f"section:{self.section_id}"


def one_page(name: str) -> models.CheckConstraint:
    """Return the constraint `name`: the row names a video or a section, and not both."""
    return models.CheckConstraint(
        condition=models.Q(video__isnull=False, section__isnull=True)
        | models.Q(video__isnull=True, section__isnull=False),
        name=name,
    )
