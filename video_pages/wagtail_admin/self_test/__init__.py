"""The self-test in the admin, for superusers.

screen     the last run with a row for each address, and the button that asks for another
words      the rows in the words of an owner, in a group for each film
dashboard  the panel of the dashboard: the result of the last run
"""
