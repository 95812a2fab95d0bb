"""Delivery backends: each sends a library file to a browser that may have it. The setting DELIVERY chooses one.

base     the contract
choice   the backend that the setting names
stream   the application sends the bytes itself
x_accel  nginx sends the file that a response of the application names
nginx    nginx sends the bytes and asks the gate for verdicts
redirect the bucket sends the bytes, at an address signed for 60 seconds
cdn      a CDN sends encrypted segments, the application the rest and the keys
dummy    records what it is asked, for tests
"""
