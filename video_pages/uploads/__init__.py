"""Uploads: a file is accepted only from a user with the right, on a known screen, and while there is room.

models        ResumableUpload
policy        users and screens from which files are accepted, and their limits
limits        the largest file that is accepted now: the site's limit, the quota, the disk
handlers      Django's upload handler: accepts, counts, refuses
validation    check an upload's name and size
fields        the form field for a video file
messages      messages of the upload scripts
names         file names, cleaned for display, and titles made from them
files         an upload on the library's file system, and one that was refused
tus           headers of the tus protocol
announcement  the creation request of the tus protocol
resumable     resumable uploads from their announcement to their last byte
store         part files of resumable uploads
direct        resumable uploads that go straight to the bucket
tokens        files of finished uploads, by token
temporary     remove expired uploads and the files of broken connections
thumbnails    public thumbnails, redrawn from their pixels
repainting    images of Wagtail's own screens, redrawn in their format
"""
