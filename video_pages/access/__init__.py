"""Access: who may watch which video now, why, and until when.

models                VideoAccessSession, Guess, PasswordFingerprint, and the columns of a page that can be a guard
site_settings         AccessSettings: the rules of a site about access
fields                kept columns: fields that services write and that no save of a page changes
embed_sites           the sites that may show films in a frame
settings_form         the form of the site's rules about access
lengths               a length of access as people set it: minutes, hours or days
browser               the browser of a request: its keys; the address of its client
known_browsers        the signed cookie of a browser: its id, the guards that it has opened before
visitor               who sends a request, as one value
access_rows           the access rows of a browser, and the invitations that granted them
path_nodes            the pages on a path, with the columns of a guard; one query
window                the time in which a page can be watched: its opening and its closing, inherited
guard                 the page whose password opens a video, computed from the path
followers             the aliases and translations of pages
locks                 locks in the database on a guard, on a page and on a text
access_length         how long a right password gives access
decide                the verdict on one video for one browser
shown_ends            the end of an access as visitors read it
effective_access      what opens a page, for editors and in bulk; the right to change it
listed                where the titles of pages show
listings              where a page is listed, for editors
downloads             who may download a film; set the choice of a page
set_listed            set the places where the title of a page shows
set_window            set the opening and the closing of a page
fingerprints          which pages a typed password opens, for the form of a site
unfound_passwords     the passwords that the form of a site cannot find yet
passwords             set, check and remove passwords
new_passwords         the password of a page that is about to be made
new_password_field    the field in which editors type a new password
distinct_passwords    of the passwords of a page no two are equal, set at once or not
password_setups       hasher, rounds and salt of a hash, which the passwords of a page share
recognised_passwords  right passwords of the last ten minutes, as keyed digests in memory
queues                bounded queues of requests that hash, wait or write
fair_turns            turns of one piece of work at a time, fair between clients
guess_limit           the limit on guesses as arithmetic
shared_attempts       one request checks a text while others with the same text wait
throttle              the limit on guesses in the database, exact over all processes
forms                 the form of a locked page
refusals              the reasons why an attempt fails
site_form             the form of a whole site: one password, and all that it opens
attempt               one try at the form of a locked page, from the request to the answer
grant                 access rows: made, extended and followed
receivers             tokens of televisions, which have no cookie
unlocking             from a typed password to an access row
actions               the base of actions on access
revoke                end access; remove expired rows
responses             headers of every answer about a protected video
invitations           named passwords and links with limits of their own
request_limit         a limit on requests that cost others something, such as mails
requests              requests for access of people who have none
shared_passwords      Wagtail's own shared passwords, which are refused
"""
