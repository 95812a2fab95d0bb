"""Access: who may watch which video now, why, and until when.

models                VideoAccessSession, Guess, AccessSettings, and the columns of a page that can be a guard
fields                kept columns: fields that services write and that no save of a page changes
lengths               a length of access as people set it: minutes, hours or days
browser               the browser of a request: its keys; the address of its client
known_browsers        the signed cookie of a browser: its id, the guards that it has opened before
visitor               who sends a request, as one value
guard                 the page whose password opens a video, computed from the path
locks                 locks in the database on a guard and on a text
access_length         how long a right password gives access
decide                the verdict on one video for one browser
effective_access      what opens a page, for editors and in bulk; the right to change it
listed                where the titles of pages show
passwords             set, check and remove passwords
recognised_passwords  right passwords of the last ten minutes, as keyed digests in memory
queues                bounded queues of requests that hash, wait or write
guess_limit           the limit on guesses as arithmetic
shared_attempts       one request checks a text while others with the same text wait
throttle              the limit on guesses in the database, exact over all processes
forms                 the form of a locked page
attempt               one try at that form, from the request to the answer
grant                 unlock: the only way to an access row
actions               the base of actions on access
revoke                end access; remove expired rows
responses             headers of every answer about a protected video
shared_passwords      Wagtail's own shared passwords, which are refused
"""
