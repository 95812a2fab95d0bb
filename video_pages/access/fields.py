"""Kept columns: fields of a page that services write and that no save of a page can change.

The editor's form, a publish, a schedule, a move, a revert and an update of an alias all save a page, each with an
object that may have been loaded, or serialised into a revision, long before. `serialize=False` keeps a value out of
revisions, but alone it would erase the value at the next publish; so on UPDATE the column is set to itself. Services
write these columns with `queryset.update()`, which does not call `pre_save`.
"""

from typing import Any

from django.db import models


class KeptColumn(models.Field):
    """A mixin for model fields: never serialised, never in a form, written on INSERT only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["serialize"] = False
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else models.F(self.attname)


class KeptCharField(KeptColumn, models.CharField):
    pass


class KeptBooleanField(KeptColumn, models.BooleanField):
    pass


class KeptDateTimeField(KeptColumn, models.DateTimeField):
    pass


class KeptPositiveIntegerField(KeptColumn, models.PositiveIntegerField):
    pass


class KeptUUIDField(KeptColumn, models.UUIDField):
    pass


class KeptForeignKey(KeptColumn, models.ForeignKey):
    pass


class KeptColumnsMixin:
    """A mixin for pages: copies start with defaults, and objects made from revisions have the present values."""

    _meta: Any

    @classmethod
    def kept_column_names(cls) -> list[str]:
        """Return the names of the kept columns of this model's own table."""
        return [field.name for field in cls._meta.local_concrete_fields if isinstance(field, KeptColumn)]

    @property
    def exclude_fields_in_copy(self) -> list[str]:
        """The fields that Wagtail does not copy: a copy starts locked, with its own uuid and count."""
        return self.kept_column_names()

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page with the content of a revision and the present values of the kept columns."""
        restored = super().with_content_json(content)  # type: ignore[misc]  # a method of Wagtail's Page
        for name in self.kept_column_names():
            attname = self._meta.get_field(name).attname
            setattr(restored, attname, getattr(self, attname))
        return restored

    def reset_kept_columns(self) -> None:
        """Set every kept column of this unsaved page to its default."""
        for name in self.kept_column_names():
            setattr(self, name, self._meta.get_field(name).get_default())
