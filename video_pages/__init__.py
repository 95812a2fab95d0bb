"""Videos as pages, each behind its own password: one room per step of the flow."""
