"""Dutch.

formats  the names that Django looks for
"""
