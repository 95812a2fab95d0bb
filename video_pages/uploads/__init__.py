"""Uploads: what arrives. Nothing is taken before it is known who sends it, where to, and that there is room.

gate        who may send a file to which screen, and what it may carry
limits      how large a file may be right now: the site's limit, the library's quota, the disk
handlers    Django's upload handler: takes, counts, refuses
files       an upload on the library's file system, and one that was refused
temporary   removal of what broken connections left behind
validation  is this file what it should be, as far as its name and size tell
fields      the form field for a video file
pictures    thumbnails, drawn anew from their pixels
"""
