"""Ingest: from a complete upload to a published page.

inspection           probes an uploaded file before anything is saved
forms                form of the upload screen
file_form            form of a video file on the screens of wagtailmedia
image_form           form of an image on the screens of Wagtail
companions           captions and a description that come with a film
create               makes a video: file, page and password together, or nothing
finish_upload        makes a VideoFile of a complete resumable upload
finish_object        makes a VideoFile of an upload that went straight to the bucket
replace_from_bucket  inspects a new version that went straight to the bucket, then replaces the source
outcomes             the end of a resumable upload, in its row
import_files         imports files from the server's disks
import_orphans       imports sources of the library that no row names
processing           processes the file of a page again, or stops its processing
versions             replaces the source of a video by an uploaded file
publishing           publishes pages when their video is ready
"""
