"""Italian tax codes: which one a text is, whether its check digit agrees, and whether a public text hides one.

A company's number (partita IVA, eleven digits) may be shown to anybody. The sixteen characters of a person's codice
fiscale spell her birth date, sex and birthplace: they may be kept at the desk and never leave it, so public texts are
searched for them in any of the ways in which people write them.
"""

import re

OMOCODIA = "LMNPQRSTUV"  # the letters that stand for the digits 0-9 where two persons would share a code
_DIGIT = rf"[\d{OMOCODIA}]"
_PERSONAL = re.compile(rf"[A-Z]{{6}}{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z]", re.ASCII)
_BETWEEN = r"[\s./_-]?"
_HIDDEN = re.compile(
    rf"(?<![A-Z\d])[A-Z]{{3}}{_BETWEEN}[A-Z]{{3}}{_BETWEEN}{_DIGIT}{{2}}{_BETWEEN}[ABCDEHLMPRST]{_BETWEEN}"
    rf"{_DIGIT}{{2}}{_BETWEEN}[A-Z]{_DIGIT}{{3}}{_BETWEEN}[A-Z](?![A-Z\d])",
    re.ASCII,
)
_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_EVEN = {sign: int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in _ODD}


def compact(text: str) -> str:
    """The code without blanks, dots and dashes, in capitals."""
    return re.sub(r"[\s.\-]", "", text).upper()


def is_personal(code: str) -> bool:
    """Whether a compact code has the shape of a person's codice fiscale; its check character may still be wrong."""
    return _PERSONAL.fullmatch(code) is not None


def check_character(code: str) -> str:
    """The letter that the first fifteen characters of a personal code ask for (D.M. 23 dicembre 1976)."""
    total = sum((_ODD if place % 2 == 0 else _EVEN)[sign] for place, sign in enumerate(code[:15]))
    return chr(ord("A") + total % 26)


def has_right_check_character(code: str) -> bool:
    """Whether the last character of a personal code agrees with the other fifteen."""
    return code[15] == check_character(code)


def has_right_check_digit(number: str) -> bool:
    """Whether the last of the eleven digits of a partita IVA agrees with the other ten (Luhn)."""
    doubled = (2 * int(digit) if place % 2 else int(digit) for place, digit in enumerate(number))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def personal_code_in(text: str) -> bool:
    """Whether `text` holds something shaped like a personal codice fiscale, also with blanks or dashes inside.

    Three real digits are asked for: words alone can take the shape when letters stand for digits.
    """
    return any(sum(sign.isdigit() for sign in found[0]) >= 3 for found in _HIDDEN.finditer(text.upper()))
