"""Protection of the site as a whole.

secret_key      the secret key, given or generated
modes           modes of the site's files
headers         response headers of every page
csp             content security policies
body_limit      limits on the length of request bodies
request         check that every query and form is UTF-8
bad_input       exceptions of Wagtail's views that the request caused
unreadable      requests with values that no row, file or form can hold
busy            the response while a queue of forms or of hashes is full
form_turns      one form of a visitor at a time
limited_answers  the last refusal of each limited client, for a second
login_guard     limits on attempts to sign in
password_reset  limits on password reset
users           Wagtail's screens for users and groups, limited to own rights
users_app       `wagtail.users` as this site installs it
compat          private APIs of Django that we use
"""
