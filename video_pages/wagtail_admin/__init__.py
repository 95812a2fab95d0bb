"""Screens of the Wagtail admin. `wagtail_hooks.py` registers them; each screen checks its permissions.

access        access dialog, open sessions, privacy dialog
sections      editors and collections of sections, arranging, privacy between sections
dashboard     numbers and statistics on the dashboard
listing       the Videos listing: columns, filters, spreadsheet
bulk          actions on many videos
uploads       the upload screen, and the endpoint of resumable uploads
statistics    statistics of one video, and reports
video         screens of one video: captions, poster, new version, processing, copying
urls          addresses that take the place of Wagtail's own
requests      the type of a request of a signed-in user
xhr           responses to scripts that send forms
style_sheets  the style sheet and the icons of all screens
spreadsheets  spreadsheet cells that are never formulas
"""
