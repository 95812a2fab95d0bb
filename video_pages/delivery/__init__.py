"""Delivery: send bytes to an unlocked browser.

views          `/stream/<uuid>/<name>`: get the verdict, then answer
files          the file or text of each name below `/stream/<uuid>/`
backends       one module for each way to send a file; the setting DELIVERY chooses one
ranges         the status and the bytes of a request (RFC 9110); pure
responses      headers of every response, and refusals
compat         private APIs of Django and django-csp
webvtt         WebVTT written from rows
counting       count a view at its first bytes
watch_reports  `/stream/<uuid>/watched`: take the player's reports
"""
