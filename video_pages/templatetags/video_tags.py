"""Filters for times and lengths in templates; `core.humanize` has the words."""

from django import template

from video_pages.core import humanize

register = template.Library()
register.filter("moment_words", humanize.format_moment)
register.filter("until_words", humanize.format_until)
register.filter("clock", humanize.format_clock)
register.filter("position", humanize.format_position)
register.filter("length_words", humanize.format_duration)
register.filter("minutes_words", humanize.format_minutes)
register.filter("wait_words", humanize.format_wait)
