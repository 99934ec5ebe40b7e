"""Who this node is to the others, and where its keys lie.

`public.json` holds the public halves, so that the process that faces the Internet knows them without being able to
read the folder `keys/`, which belongs to the desk and the worker.
"""

import json
import secrets
from pathlib import Path
from typing import TypeVar

from federation import durable
from federation.keys import SealingKey, SigningKey, VerifyKey
from federation.members import Member
from node.core.config import Config

SIGNING, SEALING, SECRET = "signing.pem", "sealing.pem", "secret"
NEXT_SIGNING, NEXT_SEALING = "signing.next.pem", "sealing.next.pem"
PUBLIC = "public.json"

_Key = TypeVar("_Key", SigningKey, SealingKey)


def create(data: Path) -> None:
    """Make a new node's keys in its folder."""
    keys = data / "keys"
    keys.mkdir(mode=0o700)
    signing, sealing = SigningKey.generate(), SealingKey.generate()
    signing.save(keys / SIGNING)
    sealing.save(keys / SEALING)
    durable.write(keys / SECRET, secrets.token_bytes(32), mode=0o600)
    told = {"keys": [signing.public.jwk()], "sealing": sealing.jwk()}
    durable.write(data / PUBLIC, json.dumps(told, indent=1).encode())


def signing_key(config: Config) -> SigningKey:
    """The worker's alone."""
    return SigningKey.load(config.keys / SIGNING)


def sealing_key(config: Config) -> SealingKey:
    """The worker's and the desk's: it opens what other desks have sealed to this one."""
    return SealingKey.load(config.keys / SEALING)


def next_signing_key(config: Config) -> SigningKey:
    """The signing key that is to follow; the same one until it has followed."""
    return _made(SigningKey, config.keys / NEXT_SIGNING)


def next_sealing_key(config: Config) -> SealingKey:
    """The sealing key that is to follow; the same one until it has followed."""
    return _made(SealingKey, config.keys / NEXT_SEALING)


def adopt_next(config: Config, also: tuple[VerifyKey, ...]) -> None:
    """Put the next keys, as far as there are any, in the place of ours. `also` keep verifying what they have signed."""
    has_sealing = (config.keys / NEXT_SEALING).exists()
    sealing = next_sealing_key(config) if has_sealing else sealing_key(config)
    keys = [next_signing_key(config).public, *also]
    told = {"keys": [key.jwk() for key in keys], "sealing": sealing.jwk()}
    durable.write(config.data / PUBLIC, json.dumps(told, indent=1).encode())
    (config.keys / NEXT_SIGNING).replace(config.keys / SIGNING)
    if has_sealing:
        (config.keys / NEXT_SEALING).replace(config.keys / SEALING)
    durable.flush_folder(config.keys)


def secret(config: Config) -> bytes:
    """What signs the forms of the desk's pages."""
    return (config.keys / SECRET).read_bytes()


def myself(config: Config) -> Member:
    """This node as a member: the whole roster while it belongs to no network."""
    told = json.loads((config.data / PUBLIC).read_text("utf-8"))
    keys = tuple(VerifyKey.from_jwk(jwk) for jwk in told["keys"])
    return Member(config.id, config.name, config.comuni, config.url, (), keys, told["sealing"])


def _made(kind: type[_Key], path: Path) -> _Key:
    """The key in that file, made now if there is none."""
    if not path.exists():
        kind.generate().save(path)
    return kind.load(path)
