"""What an editor does to many videos at once, beside Wagtail's own bulk actions.

`selection` says which pages are meant; `base` asks, then works in batches that a script sends one after the other;
`passwords`, `end_date`, `listed`, `content`, `film`, `publish`, `move` and `delete` are the actions; `wagtails` are
Wagtail's own, offered in the page explorer only; `sessions` ends access in the list of open sessions.
"""
