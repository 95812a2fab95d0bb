"""Library: uploaded sources, the files made from them, and their storage.

models          VideoFile, Rendition, DiscardedFile, LibraryIdentity
text_models     TextTrack, Cue and TrackDocument
storage         protected storage: no public address, deletion is deferred
s3              the same storage in a bucket of an S3 server
local_files     paths for ffmpeg, whole files, folders: for the storage that is chosen
disk_files      the same for files in a directory
scratch         locked directories for copies and for work
copying         copy the library to the other storage, and compare
sources         send a source to a bucket before its transaction
paths           names of files: pure functions of (uuid, source version, kind)
served_names    names and types of the files for visitors, from columns of a VideoFile
downloads       files that may be downloaded as a whole, and their names
formats         formats that browsers play without a rendition; pure
identity        check that the library belongs to the database
services        the only writers of a VideoFile's facts, images and source
removal         remove the files that were deleted and that no row names
text_services   the only writers of text tracks
packages        the output of one run of processing, live as a whole
posters         posters that an editor chooses
stills          the still of 16x9 pixels that may show before the password
results         open files that a sandboxed process made
digests         SHA-256 of files, and the file that has a digest
usage           bytes that the library takes
inventory       compare the files on the disk with the rows
orphans         files that no row names, and how long they are kept
languages       language codes and their names
text_documents  the WebVTT of a track for its editors
subtitles       parse WebVTT and SRT into plain cues
subtitle_times  parse the times in subtitle files; pure
encodings       decode text of unknown encoding
repairs         describe what the parser repaired in subtitles
telemetry       recognise subtitles that a camera wrote
timestamps      write times as WebVTT does
"""
