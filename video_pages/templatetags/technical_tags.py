"""Filters for the tables of technical facts in the admin."""

from django import template

from video_pages.pages.panels.technical_facts import bit_rate_words

register = template.Library()
register.filter("bit_rate", bit_rate_words)
