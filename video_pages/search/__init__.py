"""Search: which listed pages contain the words that a visitor types. It finds; `access.listed` decides what may show.

models     SearchEntry, one row of words for each page that can be found; SpellingKey, by which a mistyped word is found
words      fold a text and split it into words; the query of a visitor
spelling   words that differ from a typed one by one letter
score      the order of "best match"
documents  what is indexed of a page
sync       keep the entries equal to the pages
upkeep     build all entries, and compare a bounded number with their pages
engines    the index of each database: SQLite's FTS5, PostgreSQL's tsvector
find       answer a query for one visitor
limits     how long a search may take, and how many run at once
"""
