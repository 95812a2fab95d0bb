"""The languages of the site: catalogues, marked texts, the visitor's choice, layouts with long words."""
