"""The configuration of the site: environment, engines, settings, checks, headers, addresses."""

import gc

USUAL_THRESHOLD = gc.get_threshold()
# Every process of the site imports this package first. To import Wagtail makes so many objects that Python looks for
# garbage 450 times, which takes a seventh of the start and finds little. Until the apps are loaded it looks more
# rarely; `site_config.apps` sets the usual numbers again.
gc.set_threshold(100_000, 20, 20)
