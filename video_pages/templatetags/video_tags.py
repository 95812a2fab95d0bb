"""Filters that format times and durations. `core.humanize` has the functions; the filters have the same names."""

from django import template

from video_pages.core import humanize

register = template.Library()
register.filter("quoted", humanize.quoted)
register.filter("format_moment", humanize.format_moment)
register.filter("format_date", humanize.format_date)
register.filter("format_day", humanize.format_day)
register.filter("is_over", humanize.is_over)
register.filter("local_day", humanize.local_day)
register.filter("local_time", humanize.local_time)
register.filter("seconds_until", humanize.seconds_until)
register.filter("clock", humanize.format_clock)
register.filter("position", humanize.format_position)
register.filter("format_duration", humanize.format_duration)
register.filter("format_minutes", humanize.format_minutes)
register.filter("format_wait", humanize.format_wait)
