"""Transcoding: from an uploaded source to what browsers play, as a state machine of jobs.

models              ProcessingJob, the truth about one file's processing
jobs                submit, cancel, sweep, places in the queue; the names that other packages use
claims              claim a job, renew the lease, finish
tasks               entry point for task queues
processing          run a job from claim to end
pipeline            what is made of a source, in order
package_builder     the package of one job
signals             sent when a job has ended
sandbox             run a child process under limits
launcher            first code of a sandboxed child: takes the limits on
workspace           the working directory of one child
pipes               drain a child's output
ffmpeg              the only module that starts ffmpeg
pyav_child          start a child that opens a file with PyAV
probe               facts of an upload; `probe_child` reads them in the sandbox
probe_child         program that opens an upload
facts               facts of a file, and validation of their shape
audio_scan          what each audio track holds; `audio_scan_child` reads it in the sandbox
audio_scan_child    program that reads every audio packet
sound               which audio choices viewers get; pure
audio_mix           filter graphs from a source's channels to mono or stereo; pure
audio_tracks        make each audio choice once
plan                which renditions are made; pure
filters             filters to upright, progressive, 8-bit BT.709; pure
encoders            encoders and their options
encode              encode the ladder, or copy the source
hls                 read and write HLS playlists (RFC 8216); pure
mp4                 codecs of an MP4 (RFC 6381); pure
remux               progressive MP4 of a source that browsers can play
poster              poster and still
storyboard          images for the scrub bar, and their WebVTT map
embedded_subtitles  extract subtitles of a source
demo                clips of the demo, drawn by ffmpeg
"""
