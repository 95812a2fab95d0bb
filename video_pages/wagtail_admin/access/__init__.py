"""Screens about access: the access dialog, open sessions, the privacy dialog.

dialog           set passwords and access of one page
forms            forms of the dialog
moments          days and times in forms
window_form      forms of the opening and the closing
message_to_send  address and password of a page, to send to viewers
no_password      the hint after a page without a password was published
menu_entries     the entry of the dialog in the menus of a page
row_list         the frame of lists of rows about access
open_sessions    list sessions that are open now
session_filters  filters of that list
page_filters     filters by a page, of all lists of rows about access
page_sessions    open sessions in the page editor, and the button that ends one
privacy          Wagtail's privacy dialog, without groups of other sections
"""
