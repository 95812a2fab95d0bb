"""How the site is put together: environment, engines, settings, checks, headers, addresses."""
