"""Where somebody can be reached: web pages, e-mail addresses, telephone numbers, as people type them."""

import re
from urllib.parse import urlsplit

from marshmallow import ValidationError

from schemas import plain_text, tax_codes
from schemas.fields import Typed
from schemas.messages import Message

EMAIL_MAX = 254
PHONE_MAX = 40
URL_MAX = 300

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,63}")
_PHONE = re.compile(r"(?:\+|00)?[\d\s./()-]+")
_PORT_OR_LABEL = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,63}(?::\d{1,5})?")


class Url(Typed):
    """The address of a web page; "www.comune.it" is understood."""

    def read(self, value: object) -> str:
        text = self.typed(value)
        url = text if "://" in text else f"https://{text}"
        if not is_web_address(url) or len(url) > URL_MAX:
            raise ValidationError(
                Message("«{typed}» non è un indirizzo web: scrivilo così: https://www.esempio.it.", typed=text[:60])
            )
        if tax_codes.personal_code_in(url):
            raise ValidationError(
                Message("L'indirizzo contiene un codice fiscale: toglilo, perché questo campo è pubblico.")
            )
        return url


class Email(Typed):
    """An e-mail address."""

    def read(self, value: object) -> str:
        text = self.typed(value).removeprefix("mailto:")
        if not _EMAIL.fullmatch(text) or len(text) > EMAIL_MAX or ".." in text:
            raise ValidationError(
                Message("«{typed}» non è un indirizzo e-mail: scrivilo così: nome@esempio.it.", typed=text[:60])
            )
        return text


class Phone(Typed):
    """A telephone number as people write it; blanks, dots and dashes stay as single ones."""

    def read(self, value: object) -> str:
        text = self.typed(value)
        digits = sum(character.isdigit() for character in text)
        if not _PHONE.fullmatch(text) or not text.isascii() or not 5 <= digits <= 15 or len(text) > PHONE_MAX:
            raise ValidationError(
                Message(
                    "«{typed}» non è un numero di telefono: scrivi le cifre, per esempio 0331 123456.", typed=text[:40]
                )
            )
        return text


def is_web_address(url: str) -> bool:
    """Whether `url` is an absolute http(s) address of a named host, without user name, password or blanks."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and _PORT_OR_LABEL.fullmatch(parts.netloc) is not None
        and not any(character.isspace() or character in "<>\"'`\\" for character in url)
        and not plain_text.has_invisible(url)
    )
