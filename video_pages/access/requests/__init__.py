"""Requests: people without access ask for it, and editors answer.

models   AccessRequest
places   the address of the form: what somebody asks for, as a signed text
forms    the form
asking   store a request, or treat it as one that was stored
answers  grant, refuse and block a request
notices  mail to the people who answer, and to those who asked
erasing  erase old requests
"""
