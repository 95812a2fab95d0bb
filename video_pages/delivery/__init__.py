"""Delivery: send bytes to an unlocked browser.

views          `/stream/<uuid>/<name>`: get the verdict, then answer
files          the file or text of each name below `/stream/<uuid>/`
ranges         the status and the bytes of a request (RFC 9110); pure
responses      responses that the server sends by sendfile(2)
compat         private APIs of Django and django-csp
webvtt         WebVTT written from rows
counting       count a view at its first bytes
watch_reports  `/stream/<uuid>/watched`: take the player's reports
"""
