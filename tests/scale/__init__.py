"""The set-up of `make scale` as it runs: several processes of each kind, of which some fail."""
