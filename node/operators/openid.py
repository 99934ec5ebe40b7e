"""The OpenID provider that vouches for operators: where it is found, how it is asked, what of its answer is believed.

OpenID Connect Core 1.0 with the authorization code alone, bound to the browser that began (PKCE, RFC 7636, S256; `state`;
`nonce`; `iss`, RFC 9207). All that is fetched is bounded in bytes and time, and its two documents are kept for an hour.
Whoever has signed in at the provider longer ago than a session stays open here when it is left alone signs in there again
(`max_age`): otherwise a locked desk would open to anybody who asks the provider, which still knows its browser.
The administrator has chosen the provider, so it may stand in the body's own net; a link-local address it may not have.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from federation.transport import PeerFault, PeerSession, shared_tls
from node.core import clock
from node.core.config import OPENID_SECRET, Config, ConfigFault

DEADLINE_S = 5
MOST_BYTES = 256 * 1024
KEPT_FOR = timedelta(hours=1)
LEFT_ALONE_FOR = timedelta(seconds=15)
"""How long a provider that did not answer is not asked: everybody would wait for it, and the desk has few threads."""

KEYS_AGAIN_AFTER = timedelta(minutes=1)
"""How soon the keys are fetched again when a token names one that is not among them: the provider may have a new one."""

LEEWAY_S = 60
ERRAND_LASTS = timedelta(minutes=10)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with the provider's own keys alone: neither `none` nor those with a secret that we hold too."""

MOST_NAME = 200
TAX_CODE_PREFIX = "TINIT-"
"""How ETSI EN 319 412-1, and SPID after it, begin an Italian tax code."""

KNOWN_TO_HER, HELD_BY_HER = {"pwd", "pin"}, {"otp", "hwk", "swk", "sc", "sms", "tel"}
STRONG_CLASSES = (
    "https://refeds.org/profile/mfa",
    "https://www.spid.gov.it/SpidL2",
    "https://www.spid.gov.it/SpidL3",
)


class ProviderFault(Exception):
    """The provider could not be asked, or its answer is not to be believed. `detail` is for the log: no secret, no name.

    `code`: `unreachable`, `metadata`, `denied` (by the person at the provider), `answer`.
    """

    def __init__(self, code: str, detail: str):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def is_down(self) -> bool:
        return self.code in ("unreachable", "metadata")


class Vouched(NamedTuple):
    """Who somebody is, and whether the provider has asked for a second factor."""

    name: str
    is_strong: bool


class Errand(NamedTuple):
    """What a browser that was sent to the provider has to come back with. Times in seconds since 1970."""

    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: float

    @property
    def is_over(self) -> bool:
        return clock.now().timestamp() - self.begun_at >= ERRAND_LASTS.total_seconds()


def new_errand(next: str) -> Errand:
    return Errand(*(secrets.token_urlsafe(32) for _ in range(3)), next, clock.now().timestamp())


def plain_name(claim: str, value: str) -> str:
    """The name in the one form in which it is compared: what the provider says, and what an administrator has typed."""
    name = value.strip()
    if claim == "email":
        return name.lower()
    return name.upper().removeprefix(TAX_CODE_PREFIX) if claim == "fiscal_number" else name


def provider_of(config: Config, environment: Mapping[str, str]) -> "Provider | None":
    """The provider of the settings. Raises ConfigFault when its secret stands nowhere."""
    if not config.openid_issuer:
        return None
    secret = environment.get(OPENID_SECRET) or (
        config.openid_secret.read_text("utf-8") if config.openid_secret.exists() else ""
    )
    if not secret.strip():
        raise ConfigFault(
            [f"manca il segreto del fornitore OpenID: scrivilo in {config.openid_secret} o in {OPENID_SECRET}"]
        )
    return Provider(config, secret.strip())


class Document:
    """One JSON document, fetched when it is needed and kept for a while."""

    def __init__(self, fetch: Callable[[], dict[str, Any]]):
        self._fetch = fetch
        self._lock = Lock()
        self._content: dict[str, Any] | None = None
        self._since: datetime | None = None

    def read(self, younger_than: timedelta = KEPT_FOR) -> dict[str, Any]:
        """Raises ProviderFault. Whoever comes while another fetches it again makes do with what there was."""
        if not self._lock.acquire(blocking=self._content is None):
            return self._content
        try:
            if self._since is None or clock.now() - self._since >= younger_than:
                self._content, self._since = self._fetch(), clock.now()
            return self._content
        finally:
            self._lock.release()


class Provider:
    """The one provider of this node; safe to share between threads."""

    def __init__(self, config: Config, secret: str):
        self._issuer = config.openid_issuer
        self._client = config.openid_client
        self._secret = secret
        self._claim = config.openid_claim
        self._max_age_s = config.idle_lock_min * 60
        wanted = ("openid", *config.openid_scopes, *(["email"] if config.openid_claim == "email" else []))
        self._scope = " ".join(dict.fromkeys(wanted))
        self._allow_plain = config.allow_private_addresses
        self._silent_at: datetime | None = None
        self._about = Document(self._discovered)
        self._keys = Document(lambda: self._asked(self._about.read()["jwks_uri"]))

    def way_in(self, errand: Errand, back: str) -> str:
        """The address at the provider for a browser that comes back to `back`. Raises ProviderFault."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": self._scope,
            "state": errand.state,
            "nonce": errand.nonce,
            "max_age": str(self._max_age_s),
            "code_challenge": create_s256_code_challenge(errand.verifier),
            "code_challenge_method": "S256",
        }
        return with_query(self._about.read()["authorization_endpoint"], asked)

    def way_out(self) -> str | None:
        """Where a browser leaves the provider too; None when it has no such address or does not answer."""
        try:
            address = self._about.read().get("end_session_endpoint")
        except ProviderFault:
            return None
        return with_query(address, {"client_id": self._client}) if self._is_safe(address) else None

    def vouched(self, answer: Mapping[str, str], errand: Errand, back: str) -> Vouched:
        """Who has come back with this answer, which belongs to this errand. Raises ProviderFault."""
        self._check_sender(answer)
        if "code" not in answer:
            is_denied = answer.get("error") == "access_denied"
            raise ProviderFault("denied" if is_denied else "answer", f"no code: {word(answer.get('error'))}")
        tokens = self._tokens(answer["code"], errand, back)
        claims = self._claims(tokens.get("id_token"), errand.nonce)
        return Vouched(self._name(claims, tokens.get("access_token")), is_strong(claims))

    def _check_sender(self, answer: Mapping[str, str]) -> None:
        says_so = self._about.read().get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", None if says_so else self._issuer) != self._issuer:
            raise ProviderFault("answer", "another provider has answered")

    def _tokens(self, code: str, errand: Errand, back: str) -> dict[str, Any]:
        about = self._about.read()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": errand.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        ways = about.get("token_endpoint_auth_methods_supported")
        if not isinstance(ways, list) or "client_secret_basic" in ways:
            pair = f"{quote_plus(self._client)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client, "client_secret": self._secret}
        return self._asked(about["token_endpoint"], "POST", headers, urlencode(form).encode())

    def _claims(self, token: object, nonce: str) -> CodeIDToken:
        """The claims of an ID token, all of them verified (OpenID Connect Core, §3.1.3.7). Raises ProviderFault."""
        if not isinstance(token, str):
            raise ProviderFault("answer", "no ID token")
        try:
            signed = self._opened(token)
            wanted = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client},
            }
            told = {"nonce": nonce, "client_id": self._client, "max_age": self._max_age_s}
            now = int(clock.now().timestamp())
            claims = CodeIDToken(signed.claims, signed.header, wanted, told)
            claims.validate(now, LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as fault:
            raise ProviderFault("answer", f"ID token: {getattr(fault, 'error', '')} {type(fault).__name__}") from fault
        if claims["auth_time"] < now - self._max_age_s - LEEWAY_S:
            raise ProviderFault("answer", "the person has signed in there too long ago")
        return claims

    def _opened(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, key_set(self._keys.read()), ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, key_set(self._keys.read(KEYS_AGAIN_AFTER)), ALGORITHMS)

    def _name(self, claims: Mapping[str, Any], access_token: object) -> str:
        """The claim that names the operator, from the ID token or else from the provider's page about the person."""
        told = claims if self._claim in claims else self._person(claims["sub"], access_token)
        name = told.get(self._claim)
        if not isinstance(name, str) or not name.strip() or len(name) > MOST_NAME or not name.isprintable():
            raise ProviderFault("answer", f"no usable claim {self._claim}")
        if self._claim == "email" and told.get("email_verified") not in (True, "true"):
            raise ProviderFault("answer", "the provider has not verified the e-mail address")
        return plain_name(self._claim, name)

    def _person(self, sub: str, access_token: object) -> dict[str, Any]:
        address = self._about.read().get("userinfo_endpoint")
        if not self._is_safe(address) or not isinstance(access_token, str) or not access_token.isascii():
            raise ProviderFault("answer", f"no claim {self._claim}, and nobody to ask for it")
        person = self._asked(address, headers={"Authorization": f"Bearer {access_token}"})
        if person.get("sub") != sub:
            raise ProviderFault("answer", "the provider tells about another person")
        return person

    def _discovered(self) -> dict[str, Any]:
        about = self._asked(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self._issuer:
            raise ProviderFault("metadata", f"the provider calls itself {str(about.get('issuer'))[:200]}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._is_safe(about.get(name)):
                raise ProviderFault("metadata", f"{name} is no safe address")
        return about

    def _is_safe(self, address: object) -> bool:
        if not isinstance(address, str) or not address.isascii() or not address.isprintable():
            return False
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        is_known = parts.scheme == "https" or (parts.scheme == "http" and self._allow_plain)
        return is_known and bool(parts.hostname) and parts.username is None and not parts.fragment

    def _asked(
        self, address: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> dict[str, Any]:
        """The JSON object with which the provider answers. Raises ProviderFault."""
        if self._silent_at and clock.now() - self._silent_at < LEFT_ALONE_FOR:
            raise ProviderFault("unreachable", "it did not answer a moment ago")
        plain = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        try:
            with PeerSession(allow_private=True, tls=shared_tls()) as session:
                answer = session.ask(method, address, plain, body, MOST_BYTES, DEADLINE_S)
        except PeerFault as fault:
            raise self._silent(str(fault)) from fault
        content = read_object(answer.body)
        if answer.status >= 500:
            raise self._silent(f"the provider answers {answer.status}")
        if answer.status != 200 or content is None:
            raise ProviderFault("answer", f"the provider answers {answer.status} {word((content or {}).get('error'))}")
        return content

    def _silent(self, detail: str) -> ProviderFault:
        self._silent_at = clock.now()
        return ProviderFault("unreachable", detail)


def read_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def key_set(document: Mapping[str, Any]) -> KeySet:
    """The keys that sign, of the kinds that we accept. Raises JoseError, ValueError, TypeError, KeyError."""
    told = document.get("keys")
    usable = [each for each in told if is_for_signing(each)] if isinstance(told, list) else []
    return KeySet([JWKRegistry.import_key(each) for each in usable])


def is_for_signing(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"


def is_strong(claims: Mapping[str, Any]) -> bool:
    """Whether the token says that a second factor was asked (RFC 8176; REFEDS; SPID from its second level on)."""
    ways = {str(each) for each in claims.get("amr") or []}
    return "mfa" in ways or bool(ways & KNOWN_TO_HER and ways & HELD_BY_HER) or claims.get("acr") in STRONG_CLASSES


def with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"


def word(told: object) -> str:
    """An error code of the provider as the log may have it."""
    return "".join(letter for letter in str(told)[:40] if letter.isalnum() or letter == "_")
