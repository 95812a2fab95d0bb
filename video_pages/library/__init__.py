"""Library: uploaded sources, the files made from them, and their storage.

models          VideoFile, Rendition, DiscardedFile, LibraryIdentity
text_models     TextTrack and Cue
storage         protected storage: no public address, deletion is deferred
local_files     where files lie on the disk: paths for ffmpeg, atomic writes, folders
paths           names of files: pure functions of (uuid, source version, kind)
formats         formats that browsers play without a rendition; pure
identity        check that the library belongs to the database
services        the only writers of a VideoFile's facts, images and source
text_services   the only writers of text tracks
packages        the output of one run of processing, live as a whole
posters         posters that an editor chooses
stills          the still of 16x9 pixels that may show before the password
results         open files that a sandboxed process made
digests         SHA-256 of files, and the file that has a digest
usage           bytes that the library takes
inventory       compare the files on the disk with the rows
languages       language codes and their names
subtitles       parse WebVTT and SRT into plain cues
subtitle_times  parse the times in subtitle files; pure
encodings       decode text of unknown encoding
repairs         describe what the parser repaired in subtitles
telemetry       recognise subtitles that a camera wrote
timestamps      write times as WebVTT does
"""
