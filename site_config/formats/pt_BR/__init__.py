"""Portuguese of Brazil.

formats  the names that Django looks for
"""
