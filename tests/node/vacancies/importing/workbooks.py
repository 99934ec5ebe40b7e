"""Workbooks as Excel saves them, and some as nobody should."""

import io
import zipfile

from openpyxl import Workbook


def workbook(*rows, title="Offerte", **others):
    """The bytes of a workbook with one sheet of rows; `others`: name -> rows of further sheets before it."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in [*others.items(), (title, rows)]:
        made = book.create_sheet(name)
        for line in lines:
            made.append(line)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(content, **members):
    """The same archive with other bytes in some members, named without their folder."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            name = member.filename.rpartition("/")[2].removesuffix(".xml")
            new.writestr(member.filename, members.get(name) or old.read(member))
    return written.getvalue()
