"""What editors see of videos in the Wagtail admin. `wagtail_hooks.py` registers it; each screen asks for its rights.

uploads             the upload screen, and the endpoint of resumable uploads
listing             the Videos listing: columns, filters, spreadsheet
bulk                what is done to many videos at once
film                captions and poster of one film
statistics          figures: of one video, as reports, on the dashboard
access_dialog       passwords and access of one page
open_sessions       who has access now, everywhere
processing_actions  process again, stop, keep from going live
arranging           the menus' way to the list in which a section's films are dragged into order
section_editors     who edits one section
video_files         what wagtailmedia's screens say of a video file
own_sections, urls  Wagtail's own screens that would tell of every page
copying             copies and aliases hand over what they show
figures             the numbers at the top of the dashboard
log_actions         words in the page history
scripts             answers to scripts that send forms themselves
spreadsheets        cells that never run
"""
