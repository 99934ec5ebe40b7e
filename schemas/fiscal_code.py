"""What the codice fiscale of a person says, which part of it is wrong, and whether it fits what she told of herself.

Sixteen characters hold three letters of the surname, three of the name, the day of birth, the sex and the birthplace
(D.M. 23 dicembre 1976). Desks type them from a card that is worn or a page that was copied by hand, so a fault is
answered with the part in which it lies. Where two persons would share a code letters stand for digits (omocodia); who
has none yet gets eleven digits from the Agenzia delle entrate, which tell nothing.
"""

from dataclasses import dataclass
from datetime import date

from schemas import tax_codes
from schemas.codes import birthplaces, spelling
from schemas.codes.birthplaces import Birthplace
from schemas.days import rome_today
from schemas.messages import Message

LENGTH = 16
TEMPORARY_DIGITS = 11
OLDEST = 110
WOMEN_FROM = 40  # what is added to a woman's day
PART = 3
VOWELS = "AEIOU"

_MONTHS = "ABCDEHLMPRST"
_LETTER_PLACES = frozenset((0, 1, 2, 3, 4, 5, 8, 11, 15))
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_TO_DIGIT = str.maketrans(tax_codes.OMOCODIA, _DIGITS)
# Letters of other alphabets that are no accented letter of ours, as Italian registries write them.
_WRITTEN = str.maketrans(
    {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ı": "i", "ħ": "h", "Ħ": "h"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
)


@dataclass(frozen=True, slots=True)
class FiscalCode:
    """A codice fiscale that was read; of a temporary one only `code` and `is_temporary` are told.

    `code` is as it was given, without blanks and in capitals; `sex` is "M" or "F"; `birthplace_code` is the Belfiore
    code in digits also where letters stand for them.
    """

    code: str
    surname_part: str = ""
    name_part: str = ""
    born_on: date | None = None
    sex: str | None = None
    birthplace_code: str = ""
    birthplace: Birthplace | None = None
    is_omocodia: bool = False
    is_temporary: bool = False


def read(text: str, today: date | None = None) -> FiscalCode:
    """What a codice fiscale says, typed in any spelling.

    Of the years that its two digits can mean, the latest that is not to come after `today` (in Rome, when none is
    given). Raises ValueError, whose argument is a Message that names the wrong part.
    """
    code = tax_codes.compact(text)
    if len(code) == TEMPORARY_DIGITS and all(sign in _DIGITS for sign in code):
        return _read_temporary(code)
    _check_signs(code)
    plain = "".join(sign if place in _LETTER_PLACES else sign.translate(_TO_DIGIT) for place, sign in enumerate(code))
    born_on, sex = _birth(plain, today or rome_today())
    belfiore = plain[11:15]
    place = birthplaces.birthplace(belfiore)
    if place is None:
        raise ValueError(
            Message(
                "Nessun comune e nessuno Stato ha il codice {code}, che sta ai posti da 12 a 15 del codice fiscale: ricontrolla il luogo di nascita.",
                code=code[11:15],
            )
        )
    expected = tax_codes.check_character(code)
    if code[15] != expected:
        raise ValueError(
            Message("L'ultima lettera dovrebbe essere {expected}: ricontrolla il codice fiscale.", expected=expected)
        )
    return FiscalCode(code, code[:3], code[3:6], born_on, sex, belfiore, place, is_omocodia=code[:15] != plain[:15])


def _read_temporary(code: str) -> FiscalCode:
    """A code of eleven digits, whose last one is made as that of a partita IVA."""
    if not tax_codes.has_right_check_digit(code):
        expected = next(digit for digit in _DIGITS if tax_codes.has_right_check_digit(code[:10] + digit))
        raise ValueError(
            Message(
                "L'ultima cifra del codice fiscale provvisorio dovrebbe essere {expected}: ricontrollalo.",
                expected=expected,
            )
        )
    return FiscalCode(code, is_temporary=True)


def _check_signs(code: str) -> None:
    """Raise ValueError when the length is wrong or a character stands where it cannot."""
    if len(code) != LENGTH:
        raise ValueError(
            Message(
                "Il codice fiscale di una persona ha 16 caratteri (11 cifre se è provvisorio): qui ce ne sono {length}.",
                length=len(code),
            )
        )
    for place, sign in enumerate(code):
        if place in _LETTER_PLACES and sign not in _LETTERS:
            raise ValueError(
                Message(
                    "Al posto {place} del codice fiscale c'è «{sign}»: lì ci va una lettera.",
                    place=place + 1,
                    sign=sign,
                )
            )
        if place not in _LETTER_PLACES and sign not in _DIGITS + tax_codes.OMOCODIA:
            raise ValueError(
                Message(
                    "Al posto {place} del codice fiscale c'è «{sign}»: lì ci va una cifra.", place=place + 1, sign=sign
                )
            )


def _birth(plain: str, today: date) -> tuple[date, str]:
    """The day of birth and the sex of a code with digits; raises ValueError with a Message."""
    if plain[8] not in _MONTHS:
        raise ValueError(
            Message(
                "La lettera del mese, al posto 9 del codice fiscale, è {sign}: può essere solo A, B, C, D, E, H, L, M, P, R, S o T.",
                sign=plain[8],
            )
        )
    month, written = _MONTHS.index(plain[8]) + 1, int(plain[9:11])
    sex, day = ("F", written - WOMEN_FROM) if written > WOMEN_FROM else ("M", written)
    if not 1 <= day <= 31:
        raise ValueError(
            Message(
                "Il giorno di nascita, ai posti 10 e 11 del codice fiscale, è {day}: va da 1 a 31 per un uomo, da 41 a 71 per una donna.",
                day=plain[9:11],
            )
        )
    found = _latest(int(plain[6:8]), month, day, today)
    if found is None:
        raise ValueError(
            Message(
                "Secondo il codice fiscale la nascita è il {day}/{month} dell'anno {year}: quel giorno non esiste.",
                day=day,
                month=month,
                year=plain[6:8],
            )
        )
    return found, sex


def _latest(digits: int, month: int, day: int, today: date) -> date | None:
    """The latest such day up to `today` in a year that ends with two digits; None when there is none in living memory."""
    latest = today.year - (today.year - digits) % 100
    for year in range(latest, today.year - OLDEST - 1, -100):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def parts_of(surname: str, name: str) -> tuple[str, str]:
    """The three letters of the surname and of the name.

    Consonants in their order, then vowels, then X; of a name with four consonants or more the second is left out.
    """
    consonants, vowels = _letters(name)
    if len(consonants) > PART:
        consonants = consonants[0] + consonants[2:]
    return _three(*_letters(surname)), _three(consonants, vowels)


def _three(consonants: str, vowels: str) -> str:
    return (consonants + vowels + "X" * PART)[:PART]


def _letters(text: str) -> tuple[str, str]:
    """The consonants and the vowels of a name in their order, in capitals without accents."""
    letters = [sign for sign in spelling.compact(text.translate(_WRITTEN)).upper() if sign in _LETTERS]
    vowels = "".join(sign for sign in letters if sign in VOWELS)
    return "".join(sign for sign in letters if sign not in VOWELS), vowels


def disagreements(
    code: FiscalCode,
    *,
    surname: str | None = None,
    name: str | None = None,
    born_on: date | None = None,
    sex: str | None = None,
    birthplace: str | None = None,
) -> list[tuple[str, Message]]:
    """Which of the given data the code contradicts: (name of the parameter, sentence), in the order of the parameters.

    What is blank is not compared, nor a name without a Latin letter, nor a birthplace that nobody knows; `birthplace` is
    text as typed, an ISTAT or a Belfiore code. The code does not tell the century. A temporary code contradicts nothing.
    """
    if code.is_temporary:
        return []
    found = {
        "surname": _other_surname(code, surname or ""),
        "name": _other_name(code, name or ""),
        "born_on": _other_day(code, born_on),
        "sex": _other_sex(code, sex),
        "birthplace": _other_birthplace(code, birthplace or ""),
    }
    return [(field, message) for field, message in found.items() if message]


def _other_surname(code: FiscalCode, surname: str) -> Message | None:
    expected, _name = parts_of(surname, "")
    if not any(_letters(surname)) or expected == code.surname_part:
        return None
    return Message(
        "Con il cognome «{typed}» il codice fiscale comincerebbe con {expected}, invece comincia con {found}.",
        typed=surname,
        expected=expected,
        found=code.surname_part,
    )


def _other_name(code: FiscalCode, name: str) -> Message | None:
    _surname, expected = parts_of("", name)
    if not any(_letters(name)) or expected == code.name_part:
        return None
    return Message(
        "Con il nome «{typed}» le lettere da 4 a 6 del codice fiscale sarebbero {expected}, invece sono {found}: forse manca un secondo nome, o ce n'è uno di troppo.",
        typed=name,
        expected=expected,
        found=code.name_part,
    )


def _other_day(code: FiscalCode, born_on: date | None) -> Message | None:
    told = code.born_on
    if (
        not born_on
        or not told
        or (born_on.day, born_on.month, born_on.year % 100) == (told.day, told.month, told.year % 100)
    ):
        return None
    return Message(
        "Secondo il codice fiscale la data di nascita è {found}, non {typed}.",
        found=told.strftime("%d/%m/%Y"),
        typed=born_on.strftime("%d/%m/%Y"),
    )


def _other_sex(code: FiscalCode, sex: str | None) -> Message | None:
    if not sex or sex == code.sex:
        return None
    if code.sex == "F":
        return Message("Il codice fiscale è quello di una donna, qui è indicato un uomo.")
    return Message("Il codice fiscale è quello di un uomo, qui è indicata una donna.")


def _other_birthplace(code: FiscalCode, birthplace: str) -> Message | None:
    known = birthplaces.meant(birthplace)
    if not known or code.birthplace is None or code.birthplace_code in known:
        return None
    return Message(
        "Secondo il codice fiscale il luogo di nascita è {found}, non {typed}.",
        found=code.birthplace.full_name(),
        typed=birthplace,
    )
