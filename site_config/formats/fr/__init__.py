"""French.

formats  the names that Django looks for
"""
