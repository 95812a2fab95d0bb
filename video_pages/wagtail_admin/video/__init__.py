"""Screens of one video.

screens        what these screens share: the video, permissions, links
captions       text tracks
caption_forms  forms of text tracks
poster         choose a frame or an image
version        put a new version in the place of the film
version_forms  forms of a new version
processing     process again, stop, keep as draft
copying        who may copy a video or section
files          video files: their address in the admin, and wagtailmedia's screens
"""
