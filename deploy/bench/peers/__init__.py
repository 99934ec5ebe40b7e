"""Other engines on the same vacancies, so that our figures stand beside something.

    fields      the four texts and the codes that every engine is given
    snowball    tantivy with its own Italian analysis: Snowball stemmer, stop words, folded accents
    fts5        SQLite full text: folded accents, no stemmer
    postgresql  PostgreSQL full text with its `italian` configuration and a GIN index

Each has `fill(records)`, `best(question, count)` (keys, best first) and, for the measurements of time,
`page(question)`: twenty hits with their titles marked and seven facets over all matches. What a person chose in a form
(a place with a radius) reaches them as a filter of codes, as it reaches ours; what she typed reaches them as typed.
"""
