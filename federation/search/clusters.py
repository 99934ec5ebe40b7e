"""Which vacancies are one vacancy: the same job posted by several desks, or once for each place.

The index needs one number per vacancy, made from its own document alone, so that no other has to be looked at when one
comes or goes. For a named employer the number is made from the employer, the words of the title in any order and the
contract. Where the employer stays unnamed, those say too little, and the text has to be nearly the same as well: two
minima over hashes of its words are equal with the square of the share of words that two texts have in common, which
is about 0.9 for a text with one word in twenty changed, and next to nothing for two texts about one trade.

Names of places count neither in the title nor in the text: they are what differs between postings of one job.
"""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from zlib import crc32

BITS = 40  # among a million vacancies half a pair meets by chance
_SHORTEST = 5  # letters of a stem that says something about a text
_FEWEST_WORDS = 8  # a shorter text proves nothing
_MINIMA = (0x00000000, 0x9E3779B9)


def number(
    key: str, employer: str, title: Collection[str], prose: Collection[str], places: Collection[str], contract: str
) -> int:
    """The number that a vacancy shares with those that are the same.

    `key` is the vacancy's own; `employer` the folded name, blank when unnamed; `title` and `prose` the stems of its
    texts, `places` those of the names of its places.
    """
    called = sorted(set(title).difference(places) or set(title))
    if employer:
        return _hashed("named", employer, *called, contract)
    words = {word for word in prose if len(word) >= _SHORTEST and word.isalpha()}.difference(places)
    if len(words) < _FEWEST_WORDS:
        return _hashed("alone", key)
    return _hashed("unnamed", *called, contract, *_minima(words))


def _minima(words: Iterable[str]) -> list[str]:
    sums = [crc32(word.encode()) for word in words]
    return [str(min((each ^ turn) * 0x01000193 & 0xFFFFFFFF for each in sums)) for turn in _MINIMA]


def _hashed(*parts: str) -> int:
    digest = blake2b("\n".join(parts).encode(), digest_size=BITS // 8).digest()
    return int.from_bytes(digest)
