"""The site's settings of `make run`, with one address more: the one that ours is compared with."""

from site_config.settings.dev import *  # noqa: F403

ROOT_URLCONF = "bench.support.urls"
