"""Screens about requests for access: the list, and the screen that answers one.

listing    the list of requests, and its item in the menu
filters    the filters of the list
answering  the screen of one request
forms      its form
messages   the message with the link
"""
