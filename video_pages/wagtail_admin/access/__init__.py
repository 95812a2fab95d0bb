"""Screens about access: the access dialog, open sessions, the privacy dialog.

dialog         set passwords and access of one page
forms          forms of the dialog
open_sessions  who has access now; end it
privacy        Wagtail's privacy dialog, without groups of other sections
"""
