"""Filters for the tables of technical data in the admin."""

from django import template

from video_pages.pages.panels.technical_facts import format_bit_rate

register = template.Library()
register.filter("bit_rate", format_bit_rate)
