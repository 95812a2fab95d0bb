"""Delivery: send bytes to an unlocked browser.

views          `/stream/<uuid>/<name>`: ask for the verdict, then answer
files          what each name below `/stream/<uuid>/` means
ranges         which status and which bytes a request gets (RFC 9110); pure
responses      answers that the server sends by sendfile(2)
webvtt         WebVTT written from rows
counting       count a view at its first bytes
watch_reports  `/stream/<uuid>/watched`: take the player's report
"""
