"""Settings: `base` holds the truth; `dev`, `production` and `test` differ in a few lines each.

`installed` names the apps and the middleware of `base`.
"""
