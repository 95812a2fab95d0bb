"""Settings: `base` has the settings of all; `dev`, `production` and `test` differ in a few lines each.

`installed` names the apps and the middleware of `base`.
"""
