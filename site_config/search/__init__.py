"""The search backends.

own_index  the index in the database
cluster    a cluster for the searches of the admin
"""
