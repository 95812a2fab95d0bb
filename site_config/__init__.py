"""The configuration of the site: environment, engines, settings, checks, headers, addresses."""
