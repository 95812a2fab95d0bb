"""The form of an image on the screens of Wagtail."""

from typing import Any

from wagtail.images.forms import BaseImageForm

from video_pages.pages.panels.tags import say_how_tags_end


class ImageForm(BaseImageForm):
    """Wagtail's form, whose help for tags is in the editor's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_how_tags_end(self)
