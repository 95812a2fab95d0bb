"""Transcoding: from an uploaded source to what browsers show, as a state machine of jobs.

models      ProcessingJob, the truth about one file's processing
sandbox     runs a child process under limits; launcher is the child's first instruction
workspace   the working directory of one child
pipes       drains a child's output
ffmpeg      the only module that starts ffmpeg
facts       what is known of a file, and the check of its shape
pyav_child  the one way to the children below, which open a file with PyAV
probe       what a file really is; probe_child opens it, in the sandbox
audio_scan  what each sound track really holds; audio_scan_child reads it, in the sandbox
audio_mix   the filters from a source's channels to stereo
audio_tracks  the sounds of a film, each made once
encoders    codecs, their encoders and options
poster      the poster and the tiny still
claims      who holds a job: claim, heartbeat, finish
making      the package of one job
pipeline    what is made, in its order
processing  a job from claim to end
tasks       the entrance for task queues
signals     what is told when a job has ended
jobs        submit, cancel, sweep, places in the queue, and the names other rooms use
"""
