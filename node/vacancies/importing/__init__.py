"""Last year's spreadsheet becomes vacancies, in four steps: the file, its columns, a look at every row, done.

Read from the bottom up: `rows` and the three formats give texts in rows (`tables`); `columns` says what each column
means; `reading` turns a row into what an operator would have typed; `planning` compares that with the desk; `actions`
does it, all rows or none, and keeps a line about each. Nothing here is allowed to lose a row: whatever cannot become a
vacancy stays in the report with its reason and its cells.
"""
