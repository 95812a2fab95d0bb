"""The version of the site: that of pyproject.toml and package.json, of which the image has only this module."""

VERSION = "0.1.0"
