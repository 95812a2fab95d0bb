"""Delivery: send bytes to an unlocked browser.

views          `/stream/<uuid>/<name>`: get the verdict, then answer
gate           `/stream-gate/`: give nginx the verdict
gate_front     the same from a verdict in memory
front          answer in front of Django: requests for bytes whose verdict is known
envelope       the headers that the middleware adds, and what both layers in front of Django ask of a request
verdicts       verdicts in memory, decided again at least once a second
confirming     the thread that decides them again; `verdict_for`
open_videos    the videos that are open to everyone
session_facts  sessions as rows of the database
facts          the queries for a verdict: of one request, or of all verdicts in memory
files          the file or text of each name below `/stream/<uuid>/`
backends       one module for each way to send a file; the setting DELIVERY chooses one
cdn            encrypted segments for a CDN: names, keys, playlists, `/cdn/`
kept_texts     small texts of packages in a bucket, in memory
ranges         the status and the bytes of a request (RFC 9110); pure
responses      headers of every response, and refusals
compat         private APIs of Django and django-csp
television     a receiver's addresses, its playlist with captions, its pieces of the progressive file
webvtt         WebVTT written from rows
counting       count a view at its first bytes
download_places  the places of running downloads: a quarter of the threads, two for each viewer
downloads      `/stream/<uuid>/download`: a file to keep, which ends when the access does
watch_reports  `/stream/<uuid>/watched`: take the player's reports
report_front   the same from a verdict in memory, in front of Django
report_queue   reports that wait in memory, stored once a second
"""
