"""The settings of the site, as an editor sets them."""

from wagtail.models import Site

from home.models import SiteSettings
from tests import factories


def settings_of_site(**values):
    """Set `values` in the settings of the default site, which must be valid then; return the settings."""
    factories.get_home()
    words = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in values.items():
        setattr(words, name, value)
    words.full_clean()
    words.save()
    return words
