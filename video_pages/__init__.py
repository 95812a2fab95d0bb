"""Videos as pages, each behind its own password: one package for each step of the flow."""
