"""Ingest: from a complete upload to a published page.

forms          upload forms; they inspect the file before anything is saved
create         makes a video: file, page and password together, or nothing
finish_upload  makes a VideoFile of a complete resumable upload
import_files   imports files from the server's disks
versions       replaces the source of a video by an uploaded file
publishing     publishes pages when their video is ready
"""
