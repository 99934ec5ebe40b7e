"""What is typed about the people who work at a desk. Nothing of it ever travels."""

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, validates, validates_schema

from schemas import fields, passwords
from schemas.codes import CodeList
from schemas.messages import Message

ROLES = CodeList(
    "roles",
    {
        "operatore": ("Operatore", "Desk operator"),
        "coordinatore": ("Coordinatore", "Coordinator"),
        "amministratore": ("Amministratore", "Administrator"),
    },
)
INTERFACE_LANGUAGES = CodeList("interface languages", {"it": ("Italiano", "Italian"), "en": ("Inglese", "English")})

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


class Password(fields.Typed):
    """A password as typed, blanks included."""

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.make_error("type")
        if len(value) > passwords.MOST:
            raise ValidationError(
                Message("La password è troppo lunga: al massimo {max} caratteri.", max=passwords.MOST)
            )
        return value


class SignInForm(fields.Form):
    """Name and password; what is wrong with them only the desk can tell."""

    username = fields.Text(max=80, missing=Message("Scrivi il tuo nome utente."))
    password = Password(missing=Message("Scrivi la tua password."))


class CodeForm(fields.Form):
    """A code of the app, or one of the recovery codes."""

    code = fields.Text(max=40, missing=Message("Scrivi il codice di 6 cifre che vedi nell’app."))


class OwnPasswordForm(fields.Form):
    """Whoever changes how she comes in shows first that it is she."""

    current = Password(missing=Message("Scrivi la password che usi adesso."))


class FactorDemandForm(fields.Form):
    """The roles that need a second factor; none: nobody does."""

    roles = fields.Several(fields.Choice(ROLES), max=len(ROLES.codes))


class OperatorForm(fields.Form):
    """A new account; its first password is made by the desk."""

    username = fields.Text(max=40, missing=Message("Scrivi un nome utente, per esempio maria.rossi."))
    display_name = fields.Text(
        max=80, missing=Message("Scrivi il nome che si vedrà nelle pagine, per esempio Maria Rossi.")
    )
    role = fields.Choice(ROLES, missing=Message("Scegli un ruolo."))

    @validates("username")
    def _is_a_username(self, value: str, **_: Any) -> None:
        if not _USERNAME.fullmatch(value):
            raise ValidationError(
                Message(
                    "Il nome utente può avere da 3 a 40 lettere minuscole, cifre, punti e trattini, per esempio maria.rossi."
                )
            )


class OperatorChangeForm(fields.Form):
    """What an administrator may change of an account."""

    display_name = fields.Text(
        max=80, missing=Message("Scrivi il nome che si vedrà nelle pagine, per esempio Maria Rossi.")
    )
    role = fields.Choice(ROLES, missing=Message("Scegli un ruolo."))


class ExternalNameForm(fields.Form):
    """What the OpenID provider calls an operator; empty: she does not come in by it."""

    external_name = fields.Text(max=200)


class PasswordForm(fields.Form):
    """The operator's own new password, typed twice; `fault` tells what is wrong with it."""

    current = Password(missing=Message("Scrivi la password che usi adesso."))
    password = Password(missing=Message("Scrivi la nuova password."))
    again = Password(missing=Message("Scrivi la nuova password una seconda volta."))

    def __init__(self, fault: Callable[[str], Message | None], **options: Any) -> None:
        super().__init__(**options)
        self._fault = fault

    @validates("password")
    def _is_worth_something(self, value: str, **_: Any) -> None:
        if (wrong := self._fault(value)) is not None:
            raise ValidationError(wrong)

    @validates_schema(skip_on_field_errors=True)
    def _is_the_same_twice(self, data: dict[str, Any], **_: Any) -> None:
        if data["password"] != data["again"]:
            raise ValidationError(Message("Le due password non sono uguali: riscrivi la nuova password."), "again")
        if data["password"] == data["current"]:
            raise ValidationError(
                Message("La nuova password è uguale a quella di adesso: scegline un’altra."), "password"
            )


class LanguageForm(fields.Form):
    """The language of the desk's pages; none means: as the browser asks."""

    language = fields.Choice(INTERFACE_LANGUAGES)
