"""Encrypted segments for a CDN (DELIVERY=cdn): names, keys, playlists, ciphertext. `backends.cdn` uses them.

names      what the segments are called, the keys that they are encrypted with, the addresses of the keys
playlists  the playlist of a rendition with encrypted segments
ciphers    AES-128 over a part of a file
origin     `/cdn/<name>`: what a CDN fetches
"""
