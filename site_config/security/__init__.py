"""What protects the site as a whole.

secret_key      the secret key, given or kept
modes           modes of the site's files
headers         response headers of every page
csp             content security policies
body_limit      longest bodies of requests
request         every query and form is UTF-8
unreadable      requests that no row, file or form can hold
busy            the answer while too many passwords wait
login_guard     sign-in under attack
password_reset  limits on password reset
users           Wagtail's screens for users and groups, guarded
users_app       `wagtail.users` as this site installs it
"""
