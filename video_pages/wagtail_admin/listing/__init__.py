"""The Videos listing: every video an editor may see, narrowed, arranged, exported."""
