"""Which passwords are worth something, after NIST SP 800-63B (revision 4): long, and not what everybody tries first.

No kinds of characters are asked for and none runs out: both make people write worse ones. Length counts the characters
of the NFKC form, which is the same whatever keyboard they were typed on.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from schemas.messages import Message

LEAST_ALONE, LEAST_WITH_FACTOR, MOST = 15, 8, 200
LEAST_LEFT = 6
"""Characters that must be left of a password without the words, runs and repetitions that are tried first."""

SHORTEST_WORD = 4
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv")
SHORTEST_RUN = 3
DISGUISES = str.maketrans("013457@$!", "oieastasi")


def normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def fault(password: str, has_factor: bool, own_words: Iterable[str] = ()) -> Message | None:
    """What is wrong with a new password, if anything. `own_words`: names of the account, of the comune, of the program."""
    least = LEAST_WITH_FACTOR if has_factor else LEAST_ALONE
    if len(normal(password)) < least:
        return Message(
            "La password è troppo corta: servono almeno {min} caratteri, per esempio quattro parole a caso.", min=least
        )
    if is_guessable(password, own_words):
        return Message(
            "Questa password è tra le prime che si provano: parole comuni, nomi di qui, cifre in fila. Scegline un’altra, per esempio quattro parole a caso."
        )
    return None


def is_guessable(password: str, own_words: Iterable[str] = ()) -> bool:
    """Whether hardly anything is left of it once what everybody tries first is taken away."""
    own = {word for text in own_words for word in re.findall(r"\w+", folded(text)) if len(word) >= SHORTEST_WORD}
    known = sorted(common() | own, key=len, reverse=True)
    plain = letters_and_digits(folded(password))
    return any(len(left_of(spelling, known)) < LEAST_LEFT for spelling in (plain, undisguised(password)))


def left_of(text: str, known: Iterable[str]) -> str:
    text = once(text)
    for word in known:
        text = text.replace(word, "")
    text = re.sub(r"(19|20)\d\d", "", text)
    text = without_runs(text)
    return once(re.sub(r"(.)\1{2,}", r"\1", text))


def once(text: str) -> str:
    """`abcabcabc` as `abc`."""
    return text[: (text + text).find(text, 1)] if text else text


def without_runs(text: str) -> str:
    """Without pieces of three and more that stand side by side on the keyboard or in the alphabet, either way round."""
    kept, start = "", 0
    while start < len(text):
        length = max(run_at(text[start:], run) for row in RUNS for run in (row, row[::-1]))
        if length < SHORTEST_RUN:
            kept, length = kept + text[start], 1
        start += length
    return kept


def run_at(text: str, row: str) -> int:
    """How many characters at the start of `text` stand side by side in `row`."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


def folded(text: str) -> str:
    """Lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def undisguised(password: str) -> str:
    """`P4ssw0rd!` as `passwordi`."""
    return letters_and_digits(folded(password).translate(DISGUISES))


def letters_and_digits(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


@cache
def common() -> frozenset[str]:
    words = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split()
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)
