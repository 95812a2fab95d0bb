"""Uploads: what arrives. Nothing is taken before it is known who sends it, where to, and that there is room.

gate        who may send a file to which screen, and what it may carry
limits      how large a file may be right now: the site's limit, the library's quota, the disk
handlers    Django's upload handler: takes, counts, refuses
files       an upload on the library's file system, and one that was refused
temporary   removal of what broken connections left behind
validation  is this file what it should be, as far as its name and size tell
fields      the form field for a video file
tus         the protocol of resumable uploads: its headers
store       where the bytes of resumable uploads lie until they are complete, and who may write to them
resumable   resumable uploads from their announcement to their last byte
handover    the files that finished uploads became, by their tokens
names       what an editor's file is called, cleaned to be shown
pictures    thumbnails, drawn anew from their pixels
repainting  pictures for Wagtail's own screens, drawn anew in the format that they came in
"""
