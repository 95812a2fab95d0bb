"""A test begins in the language of the site, whatever the visitors of the tests before it read."""

import pytest
from django.utils import translation


@pytest.mark.parametrize("language", ["de", "ja"])
def test_no_test_inherits_a_language(language):
    assert translation.get_language() == "en"
    translation.activate(language)
