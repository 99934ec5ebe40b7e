"""The persons of an old spreadsheet are taken in, in three steps: the file, its columns, a look at every row.

The formats of files and the names of columns are those of the import of vacancies. Here stands what is different about
persons: nobody comes in twice, nobody without the day on which she was given the notice, and where a row may be somebody
who is here already, an operator decides.
"""
