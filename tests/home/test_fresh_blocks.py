"""A block that was just put on a page lacks what its owner has to fill in, and nothing else."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.models import Site

from home.blocks.films import NEWEST_HEADING
from home.blocks.stream import PageBlocks
from home.blocks.words import PASSWORD_HEADING
from tests.factories import get_home
from tests.home import block_pages as page_blocks
from video_pages.access.site_settings import AccessSettings

REQUIRED = "This field is required."


def complaints(error):
    """Return the set of all sentences in `error`, also those of the blocks within the block."""
    within = getattr(error, "block_errors", None) or {}
    errors = within.values() if isinstance(within, dict) else within
    found = set() if within else set(error.messages)
    own = getattr(error, "non_block_errors", None)
    return found.union(own.messages if own else (), *(complaints(each) for each in errors if each is not None))


@pytest.mark.parametrize("name", PageBlocks.base_blocks)
def test_a_fresh_block_fails_for_required_values_alone(name):
    block = PageBlocks().child_blocks[name]
    try:
        block.clean(block.get_default())
    except ValidationError as error:
        assert complaints(error) == {REQUIRED}


def test_fresh_columns_are_two_and_can_be_saved_as_they_are():
    block = PageBlocks().child_blocks["columns"]
    assert len(block.clean(block.get_default())["columns"]) == 2


@pytest.mark.django_db
def test_untouched_headings_are_in_the_reader_s_language_and_the_owner_s_stay(client, settings):
    get_home()
    AccessSettings.objects.update_or_create(site=Site.objects.get(), defaults={"finds_passwords": True})
    own = page_blocks.password("Come in"), page_blocks.newest(heading="Fresh")
    page_blocks.home_with(page_blocks.password(), page_blocks.newest(), *own)
    settings.LANGUAGE_CODE = "fr"
    html = client.get("/").content.decode()
    with translation.override("fr"):
        for heading in (str(PASSWORD_HEADING), str(NEWEST_HEADING), "Come in", "Fresh"):
            assert f">{heading}</h2>" in html
        assert ">I have a password<" not in html and ">Newest</h2>" not in html
