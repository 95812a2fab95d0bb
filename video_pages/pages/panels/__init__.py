"""Panels and forms of Wagtail's page editor for a video and a section.

protected_form       form of every page: refuses images and links that the editor may not see
own_images           form of an object with images: refuses those that the editor may not use
video_form           form of a video
section_form         form of a section
rich_text            field for rich text, which refuses what it can't read
content_state        checks the JSON of a posted rich text
access               access to the page
processing           the processing of its file
sheets               style sheets that several panels and screens need
processing_facts     context of `processing_facts.html`
processing_status    state, progress and next step of a job, as text
technical_facts      facts of a video file as rows of tables
video                the film, and its chapters
image                the poster and the thumbnail in one place
player               context of the player in the editor: what plays, captions, poster
order                link to the list in which a section's videos are arranged
programme            intervals of a programme, and its films with their numbers
invitations          the tab with the invitations to the page
embed                the HTML of a frame on another site
sessions             open access sessions of the page's guard
tags                 input for tags, and how a tag ends
statistics           views of the last four weeks
shared_file_warning  warning about a file that several pages show
"""
