"""Filters for times and lengths in templates; `core.humanize` has the words."""

from django import template

from video_pages.core import humanize

register = template.Library()
register.filter("moment_words", humanize.moment_in_words)
register.filter(humanize.until_words)
register.filter(humanize.clock)
register.filter(humanize.position)
register.filter(humanize.length_words)
register.filter(humanize.minutes_words)
register.filter(humanize.wait_words)
