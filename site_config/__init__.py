"""The configuration of the site: environment, engines, settings, checks, headers, addresses."""

import gc

# Every process of the site imports this package first. To import Wagtail makes so many objects that Python looks for
# garbage 450 times, which takes a seventh of the start and finds little. From here on it looks more rarely.
gc.set_threshold(100_000, 20, 20)
