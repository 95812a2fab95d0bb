"""The form field for a logo as SVG, and its widget, which shows the present one by day and by night."""

from typing import Any, NamedTuple

from django import forms

from home.compat import ProjectFileInput
from home.drawings.cleaning import Drawing
from home.drawings.raster import png_of
from home.drawings.reading import MAX_BYTES, refusal
from home.drawings.uploads import drawing_of


class Uploaded(NamedTuple):
    """A drawing and its PNG, made of an uploaded file."""

    drawing: Drawing
    png: bytes


class DrawingInput(ProjectFileInput):
    """A file input with the present LogoDrawing, what was left out of its file, and a box to remove it."""

    template_name = "home/admin/drawing_input.html"

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ".svg,image/svg+xml"})


class DrawingField(forms.FileField):
    """A field whose value is Uploaded for a new file, False to remove the present one, or what it was before."""

    widget = DrawingInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, data: Any) -> Any:
        """Return Uploaded for the file `data`, None without one. Raises ValidationError with the reason."""
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > MAX_BYTES:
            raise refusal("too_large")
        drawing = drawing_of(file.read())
        return Uploaded(drawing, png_of(drawing))
