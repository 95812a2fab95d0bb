"""The self-test in the admin, for superusers.

screen     the last run with a row for each address, and the button that asks for another
groups     the rows described for an owner, in a group for each film
dashboard  the panel of the dashboard: the result of the last run
"""
