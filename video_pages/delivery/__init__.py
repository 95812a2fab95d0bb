"""Handing bytes to an unlocked browser.

`files` says what each name below `/stream/` means, `webvtt` writes texts from rows. `ranges` (pure) says which
status and which bytes a request gets, `responses` turns that into an answer that the server sends with the
kernel's help, `views` asks for the verdict first and counts the view.
"""
