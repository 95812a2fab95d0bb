"""Who watched: one row per viewing, and the figure on the page that it raises."""
