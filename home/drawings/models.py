"""The row of a logo that was uploaded as SVG."""

import hashlib
from typing import Any

from django.db import models
from django.urls import reverse

from home.drawings.cleaning import Drawing


class LogoDrawing(models.Model):
    """A drawing and its PNG, as `cleaning` and `raster` made them; a row never changes.

    `digest` is that of the drawing, 32 hexadecimal digits; the address contains it. `width` and `height` are in pixels.
    `left_out` names the parts of the uploaded file that the drawing does not have, with blanks between.
    """

    digest = models.CharField(max_length=32, db_index=True)
    svg = models.TextField()
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    left_out = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest

    @property
    def url(self) -> str:
        """The address of the drawing; its answer never changes."""
        return reverse("logo_drawing", args=(self.digest,))

    @classmethod
    def make(cls, drawing: Drawing, png: bytes) -> "LogoDrawing":
        """Save a row for `drawing` and its `png`, and return it."""
        return cls.objects.create(
            digest=hashlib.blake2b(drawing.svg.encode(), digest_size=16).hexdigest(),
            svg=drawing.svg,
            png=png,
            width=drawing.width,
            height=drawing.height,
            left_out=" ".join(drawing.left_out)[:200],
        )


def delete_drawings(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Delete the drawings of deleted SiteSettings `instance`: a row of a drawing belongs to one site."""
    LogoDrawing.objects.filter(pk__in=[instance.logo_drawing_id, instance.logo_drawing_by_night_id]).delete()
