"""Screens about access: the access dialog, open sessions, the privacy dialog.

dialog         set passwords and access of one page
forms          forms of the dialog
open_sessions  list sessions that are open now, and end them
privacy        Wagtail's privacy dialog, without groups of other sections
"""
