"""What a person types, read the way she meant it.

Each field takes the text of a form, forgives what is only habit (blanks, capitals, "1.450,50", "31-12-2026", "www."),
and answers what it cannot read with an Italian sentence that names what would be right. Nothing here is used to read
documents of other nodes: those are strict and live in `schemas.wire`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from schemas import amounts, plain_text, shapes, tax_codes
from schemas.codes import CodeList
from schemas.days import read_day
from schemas.messages import Message

FEW = 12  # accepted values that a sentence can still name
LINE_MAX = 500  # characters of anything that is not a text field

_YES = frozenset(("1", "on", "true", "yes", "si", "sì"))
_NO = frozenset(("0", "off", "false", "no"))


class Typed(fields.Field[Any], ABC):
    """A field of a form: absent means None, and a missing mandatory one answers with its own sentence (`missing`)."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name
        "required": Message("Questo campo è obbligatorio."),
        "null": Message("Questo campo è obbligatorio."),
        "type": Message("Questo campo vuole un testo solo."),
        "long": Message("Quello che hai scritto è troppo lungo per questo campo."),
    }

    def __init__(self, *, missing: Message | None = None, **options: Any) -> None:
        if missing is None:
            options.setdefault("load_default", None)
        super().__init__(required=missing is not None, **options)
        if missing is not None:
            self.error_messages = {**self.error_messages, "required": missing, "null": missing}

    def make_error(self, key: str, **_: Any) -> ValidationError:
        """The refusal under `key` as it stands: formatting a Message again would lose its template."""
        return ValidationError(self.error_messages[key])

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return self.read(value)

    @abstractmethod
    def read(self, value: object) -> Any:
        """What the person meant; raises ValidationError with a Message."""

    def typed(self, value: object) -> str:
        """The text as typed, on one line; raises ValidationError when it is no text."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise self.make_error("type")
        if len(value) > LINE_MAX:
            raise self.make_error("long")
        return plain_text.one_line(value)


class Text(Typed):
    """Plain text of at most `max` characters on one line, or on several with `lines=True`.

    `published=True` also refuses the tax code of a person, which no public text ever needs.
    """

    def __init__(self, *, max: int, min: int = 1, lines: bool = False, published: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.min, self.max, self.lines, self.published = min, max, lines, published

    def read(self, value: object) -> str | None:
        if not isinstance(value, str):
            raise self.make_error("type")
        text = plain_text.paragraphs(value) if self.lines else plain_text.one_line(value)
        if not text:
            if self.required:
                raise self.make_error("required")
            return None
        self._check(text)
        return text

    def _check(self, text: str) -> None:
        if len(text) > self.max:
            raise ValidationError(
                Message(
                    "Il testo è di {length} caratteri: può averne al massimo {max}.", length=len(text), max=self.max
                )
            )
        if len(text) < self.min:
            raise ValidationError(Message("Il testo è troppo corto: scrivi almeno {min} caratteri.", min=self.min))
        tag = plain_text.first_tag(text)
        if tag:
            raise ValidationError(
                Message("Il testo contiene codice HTML ({tag}): scrivi solo testo semplice.", tag=tag[:40])
            )
        if self.published and tax_codes.personal_code_in(text):
            raise ValidationError(
                Message("Il testo contiene un codice fiscale: toglilo, perché questo testo è pubblico.")
            )


class Day(Typed):
    """A day: 31/12/2026, 31-12-2026, 31 dicembre 2026 or 2026-12-31."""

    def read(self, value: object) -> date:
        if type(value) is date:
            return value
        try:
            return read_day(self.typed(value))
        except ValueError as error:
            raise ValidationError(error.args[0]) from error


class Whole(Typed):
    """A whole number between two bounds."""

    def __init__(self, *, min: int, max: int, **options: Any) -> None:
        super().__init__(**options)
        self.min, self.max = min, max

    def read(self, value: object) -> int:
        text = self.typed(value)
        number = amounts.read(text)
        if number is None or number != number.to_integral_value():
            raise ValidationError(
                Message("«{typed}» non è un numero intero: scrivi solo le cifre, per esempio 8.", typed=text[:40])
            )
        if not self.min <= number <= self.max:
            raise ValidationError(Message("Il numero deve essere tra {min} e {max}.", min=self.min, max=self.max))
        return int(number)


class Amount(Typed):
    """A number with at most two decimals, written the Italian way (1.450,50) or with a point (1450.50).

    `example` is shown to who writes something else.
    """

    def __init__(self, *, min: Decimal | int, max: Decimal | int, example: str = "1.450,50", **options: Any) -> None:
        super().__init__(**options)
        self.min, self.max, self.example = Decimal(min), Decimal(max), example

    def read(self, value: object) -> Decimal:
        text = self.typed(value)
        number = amounts.read(text)
        if number is None:
            raise ValidationError(
                Message(
                    "«{typed}» non è un numero: scrivi solo le cifre, per esempio {example}.",
                    typed=text[:40],
                    example=self.example,
                )
            )
        if not self.min <= number <= self.max:
            raise ValidationError(
                Message(
                    "Il numero deve essere tra {min} e {max}.",
                    min=amounts.written(self.min),
                    max=amounts.written(self.max),
                )
            )
        if number != round(number, 2):
            raise ValidationError(Message("«{typed}» ha troppi decimali: usane al massimo due.", typed=text[:40]))
        return round(number, 2)


class Choice(Typed):
    """One code of a closed list."""

    def __init__(self, codes: CodeList, **options: Any) -> None:
        super().__init__(**options)
        self.codes = codes

    def read(self, value: object) -> str:
        text = self.typed(value)
        if text in self.codes:
            return text
        folded = text.casefold()
        for code in self.codes.codes:
            if code.casefold() == folded:
                return code
        raise ValidationError(self._refusal(text[:40]))

    def _refusal(self, text: str) -> Message:
        accepted = self.codes.codes
        if len(accepted) <= FEW:
            return Message(
                "«{typed}» non è tra i valori previsti: {accepted}.", typed=text, accepted=", ".join(accepted)
            )
        return Message("«{typed}» non è tra i valori previsti: scegline uno dall'elenco.", typed=text)


class Flag(Typed):
    """A tick: absent means no."""

    def __init__(self, **options: Any) -> None:
        super().__init__(load_default=False, **options)

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        text = self.typed(value).casefold()
        if text in _YES or text in _NO:
            return text in _YES
        raise ValidationError(Message("«{typed}» non si capisce: scrivi sì oppure no.", typed=text[:40]))


class Ref(Typed):
    """The id of a record that the form lets choose."""

    def read(self, value: object) -> str:
        text = self.typed(value)
        if not shapes.RECORD_ID.fullmatch(text):
            raise ValidationError(Message("«{typed}» non è una scelta possibile: scegli dall'elenco.", typed=text[:40]))
        return text


class Meant(Typed):
    """A text that `reader` turns into what it means; its ValueError carries the Message to show."""

    def __init__(self, reader: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.reader = reader

    def read(self, value: object) -> Any:
        try:
            return self.reader(self.typed(value))
        except ValueError as error:
            raise ValidationError(error.args[0]) from error


class Several(Typed, fields.List):
    """Several values of one field: blanks are skipped, doubles kept once, every wrong one answered for itself."""

    def __init__(self, inner: fields.Field[Any], *, max: int, **options: Any) -> None:
        super().__init__(cls_or_instance=inner, load_default=list, **options)
        self.max = max

    def read(self, value: object) -> list[Any]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple):
            raise self.make_error("type")
        loaded: list[Any] = []
        wrong: list[Any] = []
        for each in values:
            if isinstance(each, str) and not each.strip():
                continue
            try:
                found = self.inner.deserialize(each)
            except ValidationError as error:
                wrong.extend(error.messages)
                continue
            if found not in loaded:
                loaded.append(found)
        if len(loaded) > self.max:
            wrong.append(Message("Le voci sono troppe: al massimo {max}.", max=self.max))
        if wrong:
            raise ValidationError(wrong)
        return loaded


class Rows(Typed, fields.List):
    """A small table inside a form, each row read by `schema`; errors stand under the number of their row, from 0."""

    def __init__(self, schema: "Form", *, max: int, **options: Any) -> None:
        super().__init__(cls_or_instance=fields.Nested(schema), load_default=list, **options)
        self.max = max

    def read(self, value: object) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise self.make_error("type")
        loaded: list[Any] = []
        wrong: dict[int, Any] = {}
        for number, row in enumerate(value):
            try:
                loaded.append(self.inner.deserialize(row))
            except ValidationError as error:
                wrong[number] = error.messages
        if wrong:
            raise ValidationError(wrong)
        if len(loaded) > self.max:
            raise ValidationError(Message("Le righe sono troppe: al massimo {max}.", max=self.max))
        return loaded


class Form(Schema):
    """A form: what it does not ask for (a token, a button) is ignored; an optional field left out loads as None."""

    error_messages = {"type": Message("Qui serve un gruppo di campi.")}  # noqa: RUF012 - marshmallow's own name

    class Meta:
        unknown = EXCLUDE
