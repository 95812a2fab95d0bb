"""Screens of one video.

screens        base class of these screens: the video, permissions, links
captions       text tracks
caption_forms  forms of text tracks
caption_editor the lines of one text track beside the film
caption_labels texts of the scripts of the caption editor
poster         choose a frame or an image
still          the small picture of a video in lists
film_panel     the film in the page editor, and the frame that becomes the poster
version        replace the video file by a new version
version_forms  forms of a new version
processing     content of the processing panel; process again, stop, keep as draft
copying        permissions to copy a video or section
files          video files: their address in the admin, and wagtailmedia's screens
"""
