"""Uploads: a file is taken only from a known user, for a known place, and while there is room.

models        ResumableUpload
policy        who may send a file to which screen, and what it may contain
limits        how large a file may be now: the site's limit, the quota, the disk
handlers      Django's upload handler: takes, counts, refuses
validation    check an upload's name and size
fields        the form field for a video file
messages      messages of the upload scripts
names         file names, cleaned to be shown, and titles made of them
files         an upload on the library's file system, and one that was refused
tus           headers of the tus protocol
announcement  the creation request of the tus protocol
resumable     resumable uploads from their announcement to their last byte
store         part files of resumable uploads, and their locks
tokens        files of finished uploads, by token
temporary     remove what broken connections left
thumbnails    public thumbnails, redrawn from their pixels
repainting    images of Wagtail's own screens, redrawn in their format
"""
