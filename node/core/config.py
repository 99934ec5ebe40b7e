"""What an administrator may decide, and a node that refuses to start on a doubtful answer.

`DIR/node.toml` holds the settings, `SPORTELLO_<NAME>` in the environment comes before it. Every fault is named at once:
whoever mends a configuration wants to do it in one go.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.codes import comuni as register_of_comuni
from schemas.shapes import NODE_ID

FILE = "node.toml"
PREFIX = "SPORTELLO_"
OPENID_SECRET = "SPORTELLO_OPENID_SECRET"  # noqa: S105 - where it stands
NOT_SETTINGS = {"SPORTELLO_DATA", "SPORTELLO_PASSWORD", OPENID_SECRET}
"""Variables of the command line, read by cli.py, and the secret that no list of settings may show."""

OPENID_CLAIMS = ("sub", "email", "fiscal_number")

PAY_IN_ADS_FROM = date(2026, 6, 7)
"""Directive (EU) 2023/970, art. 34: by then its art. 5 is law everywhere."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class ConfigFault(Exception):
    """`faults`: one plain Italian sentence each."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("serve un testo tra virgolette")  # noqa: TRY004 - a fault of the file, not of a caller
    return value.strip()


def texts(value: Any) -> tuple[str, ...]:
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list):
        raise ValueError('serve un elenco, per esempio ["012072"]')  # noqa: TRY004
    return tuple(text(each) for each in found)


def node_id(value: Any) -> str:
    if not NODE_ID.fullmatch(text(value)):
        raise ValueError(
            "servono da 3 a 40 lettere minuscole, cifre o trattini, per esempio gavirate; public e members sono riservati"
        )
    return value


def istat_codes(value: Any) -> tuple[str, ...]:
    codes = texts(value)
    unknown = [code for code in codes if register_of_comuni.comune(code) is None]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: non è un codice ISTAT di comune, che ha sei cifre, per esempio 012072")
    return codes


def web_address(value: Any) -> str:
    parts = urlsplit(text(value))
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("serve un indirizzo senza percorso, per esempio https://lavoro.comune.gavirate.va.it")
    return value.rstrip("/")


def issuer(value: Any) -> str:
    parts = urlsplit(text(value))
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(
            "serve l’indirizzo del fornitore, per esempio https://accesso.comune.gavirate.va.it/realms/comune"
        )
    return text(value)


def database_url(value: Any) -> str:
    if value and not text(value).startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("serve un indirizzo sqlite:///… o postgresql://…")
    return value


def boolean(value: Any) -> bool:
    words = {"true": True, "1": True, "si": True, "false": False, "0": False, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in words:
        raise ValueError("serve true o false")
    return words[value.lower()]


def whole(least: int, most: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value)) or not least <= int(value) <= most:
            raise ValueError(f"serve un numero intero da {least} a {most}")
        return int(value)

    return parse


def day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(text(value))
    except ValueError:
        raise ValueError("serve una data come 2026-06-07") from None


def one_of(*choices: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"serve una tra: {', '.join(choices)}")
        return value

    return parse


def rate(value: Any) -> str:
    if not re.fullmatch(r"\d+ per (second|minute|hour|day)", text(value)):
        raise ValueError("serve per esempio 300 per minute")
    return value


def setting(parse: Callable[[Any], Any], help: str, **default: Any) -> Any:
    return field(metadata={"parse": parse, "help": help}, **default)


@dataclass(frozen=True, kw_only=True)
class Config:
    data: Path
    """The node's folder; given on the command line, not a setting."""

    id: str = setting(node_id, "il nome del nodo nella rete, che non cambia mai")
    name: str = setting(text, "come si chiama l’ente, come lo leggono i cittadini")
    comuni: tuple[str, ...] = setting(istat_codes, "codici ISTAT dei comuni serviti")
    url: str = setting(web_address, "l’indirizzo con cui cittadini e altri nodi raggiungono questo")
    network_name: str = setting(text, "il nome della rete nelle pagine", default="Le città del lavoro")
    desk_database: str = setting(
        database_url, "il database dello sportello; vuoto: desk.sqlite nella cartella", default=""
    )
    replica_database: str = setting(
        database_url, "il database delle copie; vuoto: replica.sqlite nella cartella", default=""
    )
    trusted_hosts: tuple[str, ...] = setting(
        texts, "nomi a cui il nodo risponde; vuoto: quello di url e localhost", default=()
    )
    trusted_proxies: int = setting(
        whole(0, 5), "quanti proxy stanno davanti e dicono il vero indirizzo di chi chiede", default=0
    )
    allow_private_addresses: bool = setting(
        boolean, "leggere anche nodi su indirizzi privati (prove e dimostrazione)", default=False
    )
    demo: bool = setting(boolean, "ogni pagina avverte che i dati sono dimostrativi", default=False)
    grey_after_min: int = setting(
        whole(1, 43_200), "minuti senza conferma dopo cui le offerte di un Comune sono segnate incerte", default=4_320
    )
    pay_warning_from: date = setting(  # noqa: RUF009 - a field(), like the others
        day, "da quando un’offerta senza retribuzione dà un avviso (direttiva (UE) 2023/970)", default=PAY_IN_ADS_FROM
    )
    contact_email: str = setting(text, "a chi scrivere per privacy e accessibilità, nelle pagine pubbliche", default="")
    dpo_contact: str = setting(
        text, "i recapiti del responsabile della protezione dei dati, nell'informativa", default=""
    )
    keep_persons_months: int = setting(
        whole(1, 120), "mesi dopo la chiusura del percorso in cui una scheda resta, poi si cancella da sola", default=24
    )
    keep_views_days: int = setting(
        whole(30, 3_650), "giorni in cui resta scritto chi ha aperto un profilo della rete", default=365
    )
    keep_audit_months: int = setting(
        whole(12, 240), "mesi in cui resta scritto chi ha fatto che cosa allo sportello", default=120
    )
    smtp_host: str = setting(text, "il server di posta per conferme e promemoria; vuoto: nessuna e-mail", default="")
    smtp_port: int = setting(whole(1, 65_535), "la porta del server di posta", default=587)
    smtp_security: str = setting(
        one_of("starttls", "tls", "nessuna"), "come si cifra: starttls, tls, nessuna", default="starttls"
    )
    smtp_user: str = setting(text, "con che nome si entra nel server di posta; vuoto: senza", default="")
    smtp_password: str = setting(text, "la password del server di posta", default="")
    mail_from: str = setting(text, "da quale indirizzo partono le e-mail", default="")
    idle_lock_min: int = setting(
        whole(1, 720), "minuti senza attività dopo cui la sessione si blocca e chiede la password", default=15
    )
    session_idle_min: int = setting(
        whole(30, 720), "minuti senza attività dopo cui serve un nuovo accesso", default=240
    )
    session_max_h: int = setting(whole(1, 24), "ore dopo cui serve comunque un nuovo accesso", default=12)
    openid_issuer: str = setting(
        issuer,
        "l’indirizzo (issuer) del fornitore OpenID con cui gli operatori possono entrare; vuoto: nessuno",
        default="",
    )
    openid_client: str = setting(text, "come il fornitore OpenID chiama questo nodo (client id)", default="")
    openid_label: str = setting(text, "come si chiama il fornitore sul bottone «Entra con …»", default="OpenID")
    openid_claim: str = setting(
        one_of(*OPENID_CLAIMS),
        "da quale dato del fornitore si riconosce un operatore: " + ", ".join(OPENID_CLAIMS),
        default="sub",
    )
    openid_scopes: tuple[str, ...] = setting(
        texts, "che cosa chiedere al fornitore OpenID oltre a openid, per esempio profile", default=()
    )
    password_log_in: bool = setting(
        boolean, "entrare anche con nome utente e password, non solo con OpenID", default=True
    )
    rate_limits: bool = setting(boolean, "limitare quante richieste può fare un indirizzo", default=True)
    page_limit: str = setting(rate, "richieste di pagine pubbliche per indirizzo", default="300 per minute")
    api_limit: str = setting(rate, "richieste alle API per indirizzo", default="120 per minute")
    threads: int = setting(whole(1, 64), "richieste servite insieme", default=8)
    log_level: str = setting(one_of(*LEVELS), "quanto scrivere nei log: " + ", ".join(LEVELS), default="INFO")

    @property
    def grey_after(self) -> timedelta:
        return timedelta(minutes=self.grey_after_min)

    @property
    def keep_audit(self) -> timedelta:
        return timedelta(days=31 * self.keep_audit_months)

    @property
    def restores(self) -> Path:
        return self.data / "restores.ndjson"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def index(self) -> Path:
        return self.data / "index"

    @property
    def roster(self) -> Path:
        return self.data / "roster"

    @property
    def deputy_key(self) -> Path:
        return self.keys / "deputy.pem"

    @property
    def capofila(self) -> Path:
        return self.data / "capofila"

    @property
    def openid_secret(self) -> Path:
        return self.keys / "openid-secret"

    @property
    def codes(self) -> Path:
        return self.data / "codes"

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"

    @property
    def free_hours(self) -> Path:
        return self.data / "free-hours.json"

    @property
    def letters_counted(self) -> Path:
        return self.data / "letters-counted.json"

    @property
    def witness(self) -> Path:
        return self.data / "witness"

    @property
    def audit_head(self) -> Path:
        return self.data / "audit-head.json"

    @property
    def erasures(self) -> Path:
        return self.data / "erasures.ndjson"

    @property
    def restore_order(self) -> Path:
        return self.data / "restore-order.json"

    @property
    def desk_url(self) -> str:
        return self.desk_database or f"sqlite:///{self.data / 'desk.sqlite'}"

    @property
    def replica_url(self) -> str:
        return self.replica_database or f"sqlite:///{self.data / 'replica.sqlite'}"

    @property
    def hosts(self) -> list[str]:
        return [*(self.trusted_hosts or [urlsplit(self.url).hostname or ""]), "localhost", "127.0.0.1"]

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https:")


SETTINGS: dict[str, Field[Any]] = {each.name: each for each in fields(Config) if "help" in each.metadata}


def load(data: Path, environment: Mapping[str, str]) -> Config:
    """The settings of the node in `data`. Raises ConfigFault naming everything that is wrong."""
    written, faults = read(data / FILE)
    told = {key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if is_ours(key)}
    chosen = written | told
    faults += [f"{where_stands(key, told)}: questa impostazione non esiste" for key in chosen if key not in SETTINGS]
    values: dict[str, Any] = {}
    for key, known in SETTINGS.items():
        if key in chosen:
            try:
                values[key] = known.metadata["parse"](chosen[key])
            except ValueError as wrong:
                faults.append(f"{where_stands(key, told)}: {wrong}")
        elif known.default is MISSING:
            faults.append(f"{key} in {FILE}: manca ({known.metadata['help']})")
    if values.get("smtp_host") and not values.get("mail_from"):
        faults.append("mail_from: con smtp_host serve anche l’indirizzo da cui partono le e-mail")
    if values.get("desk_database") and values.get("desk_database") == values.get("replica_database"):
        faults.append("desk_database e replica_database: devono essere due database diversi")
    faults += openid_faults(values)
    if faults:
        raise ConfigFault(faults)
    return Config(data=data, **values)


def openid_faults(values: Mapping[str, Any]) -> list[str]:
    """What does not fit together in the settings of the OpenID provider."""
    faults = []
    address = values.get("openid_issuer", "")
    if address and not values.get("openid_client"):
        faults.append("openid_client: manca (come il fornitore OpenID chiama questo nodo)")
    if address.startswith("http:") and not values.get("allow_private_addresses"):
        faults.append("openid_issuer: serve un indirizzo https")
    if not address and values.get("password_log_in") is False:
        faults.append("password_log_in: senza password e senza openid_issuer non entra nessuno")
    return faults


def read(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        return tomllib.loads(path.read_text("utf-8")), []
    except FileNotFoundError:
        raise ConfigFault(
            [f"{path.parent} non è la cartella di un nodo: manca {FILE} (la crea `sportello init`)."]
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        return {}, [f"{path}: non riesco a leggerlo ({fault})"]


def is_ours(variable: str) -> bool:
    return variable.startswith(PREFIX) and variable not in NOT_SETTINGS


def where_stands(key: str, told: Mapping[str, str]) -> str:
    return f"{PREFIX}{key.upper()} nell’ambiente" if key in told else f"{key} in {FILE}"
