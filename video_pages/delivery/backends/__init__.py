"""Delivery backends: each sends a library file to a browser that may have it. The setting DELIVERY chooses one.

base    the contract
choice  the backend that the setting names
stream  the application sends the bytes itself
dummy   records what it is asked, for tests
"""
