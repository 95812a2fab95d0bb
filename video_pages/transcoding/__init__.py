"""Transcoding: from an uploaded source to what browsers play, as a state machine of jobs.

models              ProcessingJob, the truth about the processing of one file; LadderPart, a part of its ladder
frame_models        ChosenFrame
jobs                submit, cancel, sweep, places in the queue; the names that other packages use
claims              claim a job, renew the lease, finish
lost                claims that ended without a result: dead workers, a database that fails
tasks               messages about waiting jobs
broker              the broker of TASKS=celery
processing          run a job from claim to end
endings             how an attempt ends
split               have a long ladder made in parts by several workers
parts               plan and claim the parts of a ladder; what came of them
part_rows           the rows of the parts, and their end with the job
part_work           make parts of a ladder
lease_renewal       renew the lease of a running job; write while the database may be away
pipeline            the work of a job, in order
ladder_deferral     when the ladder is left to a later run
package_builder     the package of one job
companions          poster, subtitles, storyboard and frames of a package
signals             sent when a job has ended
sandbox             run a child process under limits
priority            niceness of child processes
system_paths        paths that every child may read
cpu_time            CPU time of child processes
launcher            first code of a sandboxed child: set the limits
workspace           the working directory of one child
pipes               drain a child's output
ffmpeg              the only module that starts ffmpeg
pyav_child          start a child that opens a file with PyAV
probe               facts of an upload; `probe_child` reads them in the sandbox
probe_child         program that opens an upload
facts               facts of a file, and validation of their shape
audio_scan          the content of each audio track; `audio_scan_child` reads it in the sandbox
audio_scan_child    program that reads every audio packet
audio_choices       the audio choices that viewers get; pure
audio_mix           filter graphs from a source's channels to mono or stereo; pure
audio_tracks        make each audio choice once
plan                the renditions that are made; pure
filters             filters to upright, progressive, 8-bit BT.709; pure
encoders            encoders and their options
encode              encode the ladder, or copy the source
hls                 read and write HLS playlists (RFC 8216); pure
mp4                 codecs of an MP4 (RFC 6381); pure
remux               progressive MP4 of a source that browsers can play
poster              poster and still
chosen_frames       the frame that an editor chooses as the poster, drawn by a worker
storyboard          images for the scrub bar, and their WebVTT map
embedded_subtitles  extract subtitles of a source
demo                clips of the demo, made by ffmpeg
"""
