"""Registrations of Wagtail's hooks."""

from wagtail import hooks

from home import checklist

hooks.register("construct_homepage_panels", checklist.add_checklist)
