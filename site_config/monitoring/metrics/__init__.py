"""`/metrics`: the numbers of `video_pages.core.metrics` and of the database as Prometheus reads them. Off by default.

endpoint   the WSGI application that answers at a port of its own, or to a token
exposition the text with the numbers of all processes
handler    Django's handler, which counts requests by route, status and time
state      numbers that are read when they are asked for: jobs, workers, disks
pools      the use of the pools of database connections
checks     system checks of its settings
files      the files in which the processes of gunicorn count
"""
