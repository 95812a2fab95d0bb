"""What the Wagtail admin is told of: registrations only."""

from wagtail import hooks

from home import checklist

hooks.register("construct_homepage_panels", checklist.add_checklist)
