"""Access: who may have which video, now, why and until when.

fields      kept columns: what opens a page is never page content
lengths     how long access lasts, as people set it: minutes, hours, days
models      VideoAccessSession, Guess, AccessSettings, and the columns of a page that can guard
browser     the browser behind a request: its keys, its address
known       who guesses: address, browser's id, the guards it has opened before
guard       which page's password opens a video, computed from the path
decide      the one question, the one answer
opening     what opens a page, in bulk and for editors; who may change it
passwords   setting, checking, removing
queues      at most one hash per core at a time; who waits for what, and how many may
recognised  right passwords of the last ten minutes, as keyed digests in memory
limit       the limit on guesses as arithmetic
throttle    the limit on guesses, exact over all processes
grant       unlock: the only way to an access row
shared_passwords  Wagtail's own, which are refused
revoke      ending access; removing rows whose time is over
"""
