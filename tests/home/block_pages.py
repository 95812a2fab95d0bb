"""Pages with blocks for tests: the raw values of each block, and a home page with all of them."""

import io
import itertools

from django.core.files.base import ContentFile
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Site

from home.models import HomePage
from tests import factories
from video_pages.access.site_settings import AccessSettings

NUMBERS = itertools.count()


def make_image(title="A picture", size=(960, 540), colour="teal"):
    buffer = io.BytesIO()
    Pillow.new("RGB", size, colour).save(buffer, "PNG")
    return get_image_model().objects.create(title=title, file=ContentFile(buffer.getvalue(), name="a.png"))


def listed(*values):
    """Return the raw value of a ListBlock."""
    return [{"type": "item", "value": value, "id": f"item-{next(NUMBERS)}"} for value in values]


def hero(headline="A hall for *all*", *, picture=None, target=None, **values):
    value = {"headline": headline, "words": "Come in.", "picture": picture and picture.pk, "button": "Look"}
    return "hero", {**value, "target": target and target.pk, **values}


def featured(film, words="See this one."):
    return "featured_film", {"film": film.pk, "words": words}


def films(*chosen, heading="Our choice"):
    return "films", {"heading": heading, "films": listed(*(film.pk for film in chosen))}


def newest(number=6, heading="Newest"):
    return "newest", {"heading": heading, "number": number}


def sections(*chosen, picture=None, heading="By place"):
    values = ({"section": section.pk, "picture": picture and picture.pk} for section in chosen)
    return "sections", {"heading": heading, "sections": listed(*values)}


def columns(*texts, picture=None):
    values = ({"picture": picture and picture.pk, "heading": "Part", "text": text} for text in texts)
    return "columns", {"columns": listed(*values)}


def quote(words="A window.", source="A viewer"):
    return "quote", {"words": words, "source": source}


def partners(*images, url="https://partner.example/"):
    values = ({"image": image.pk, "name": f"Partner {image.title}", "url": url} for image in images)
    return "partners", {"heading": "Thanks", "logos": listed(*values)}


def password(heading="I have a password", words="Type it here."):
    return "password", {"heading": heading, "words": words}


def text(html="<p>Plain words.</p>"):
    return "text", html


def put(page, *blocks):
    """Store `blocks`, (type, raw value) of each, as the blocks of `page`; return it."""
    raw = [{"type": kind, "value": value, "id": f"block-{number}"} for number, (kind, value) in enumerate(blocks)]
    field = page._meta.get_field("body")
    page.body = field.to_python(raw)
    page.save(update_fields=["body"])
    return type(page).objects.get(pk=page.pk)


def home_with(*blocks):
    return put(HomePage.objects.get(pk=factories.get_home().pk), *blocks)


def home_that_finds_passwords():
    """Return a home page with the block for a password, on a site where that is switched on."""
    settings = AccessSettings.for_site(Site.objects.get(is_default_site=True))
    settings.finds_passwords = True
    settings.save()
    return home_with(text(), password())


def every_block(film, section, image):
    return [
        hero(picture=image, target=section),
        featured(film),
        films(film),
        newest(),
        sections(section, picture=image),
        text(),
        columns("<p>One.</p>", "<p>Two.</p>", picture=image),
        quote(),
        partners(image),
    ]
