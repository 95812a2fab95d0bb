"""The library: uploaded sources, the files made from them, and where both lie.

models    VideoFile, Rendition, DiscardedFile, LibraryIdentity
identity  whether this library is the one that the database knows
paths     names of files as pure functions of (video file, source version, kind)
results   what sandboxed processes made, opened with care
storage   protected storage: no public address, deletes later than asked
digests   SHA-256 of files, and which file a digest belongs to
usage     how many bytes the library takes
inventory what is there against what should be
timestamps as WebVTT writes them
subtitles files of subtitles, read into plain cues; subtitle_times reads their times, encodings their text
repairs    what an editor is told of subtitles that were read though they were not as they should be
telemetry  which subtitles are what a camera measured
services  the only writers of a VideoFile's facts, pictures and source
"""
