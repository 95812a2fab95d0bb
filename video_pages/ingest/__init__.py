"""Ingest: from a complete upload to a published page.

forms          the forms that bring a video in; they inspect the file before anything is saved
create         make a video: file, page and password together, or nothing
finish_upload  make a complete resumable upload a VideoFile
import_files   bring in files from this machine's disks
versions       put an uploaded file in the place of a source
publishing     publish pages when their video is ready
"""
