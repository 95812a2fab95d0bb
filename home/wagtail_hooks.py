"""Registrations of Wagtail's hooks."""

from wagtail import hooks

from home import checklist
from home.pages import rights

hooks.register("construct_homepage_panels", checklist.add_checklist)
hooks.register("before_create_page", rights.refuse_creation)
hooks.register("before_copy_page", rights.refuse_copy)
