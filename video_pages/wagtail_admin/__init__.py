"""Screens of the Wagtail admin. `wagtail_hooks.py` registers them; each screen checks its permissions.

access           access dialog, open sessions, privacy dialog
invitations      invitations: make them, list them, change them
access_requests  requests for access: the list, and the screen that answers one
sections         editors and collections of sections, arranging, privacy between sections
dashboard        numbers and statistics on the dashboard
listing          the Videos listing: columns, filters, spreadsheet
bulk             actions on many videos
uploads          the upload screen, and the endpoint of resumable uploads
translations     languages of a page, and the texts of a translation
see_as           see a page as a stranger, a guest or another editor does
self_test        the self-test: its screen, and its panel on the dashboard
statistics       statistics of one video, and reports
video            screens of one video: captions, poster, new version, processing, copying
urls             addresses that take the place of Wagtail's own
protected_pages  the protected page that an address names
breadcrumbs      the breadcrumbs of our screens
deletion         sentences of questions about deletion, on aliases and translations
valid_filters    whole lists are acted on and exported only with valid filters
long_lists       lists and exports that read ids first, then the rows of a page
requests         the type of a request of a signed-in user
xhr              responses to scripts that send forms
style_sheets     the style sheets, the script and the icons of all screens
spreadsheets     spreadsheet cells that are never formulas
compat           private APIs of Wagtail that we use
"""
