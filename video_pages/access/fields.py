"""Kept columns: fields of a page that services write and that no save of a page can change.

A page is saved by many hands: the editor's form, a publish, a schedule, a move, a revert, an update of an alias, each
with an object that may have been loaded, or serialised into a revision, long before. `serialize=False` keeps a value
out of revisions, but alone it would erase it at the next publish; so on UPDATE the column is set to itself.
Services write these columns with `queryset.update()`, which does not pass through `pre_save`.
"""

from django.db import models


class KeptColumn:
    """Mixin for a model field: never serialised, never in a form, written on INSERT only."""

    def __init__(self, *args, **kwargs):
        kwargs["serialize"] = False
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
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
    """What a page with kept columns does so that copies start anew and objects made from revisions tell the truth."""

    @classmethod
    def kept_column_names(cls):
        return [field.name for field in cls._meta.local_concrete_fields if isinstance(field, KeptColumn)]

    @property
    def exclude_fields_in_copy(self):
        """What Wagtail's copy leaves at its default: a copy starts locked, with a uuid and a count of its own."""
        return self.kept_column_names()

    def with_content_json(self, content):
        """Return the page with the content of a revision; the kept columns are the page's own, as of now."""
        restored = super().with_content_json(content)
        for name in self.kept_column_names():
            attname = self._meta.get_field(name).attname
            setattr(restored, attname, getattr(self, attname))
        return restored

    def reset_kept_columns(self):
        """Give every kept column of this unsaved page its default: a copy starts locked, with its own uuid."""
        for name in self.kept_column_names():
            setattr(self, name, self._meta.get_field(name).get_default())
