"""A block that was just put on a page lacks what its owner has to fill in, and nothing else."""

import pytest
from django.core.exceptions import ValidationError

from home.blocks.stream import PageBlocks

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
