"""`python -m node.translations.missing`: what is said in the code and not in every language.

A sentence that is not translated shows up in Italian in an English page; one whose blanks differ breaks the page. Both
end `make check`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
CATALOGUES = Path(__file__).parent
KEYWORDS = DEFAULT_KEYWORDS | dict.fromkeys(("_", "Message", "lazy", "gettext"))
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
BLANKS = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
MUST_BE_TRANSLATED = ("node", "schemas")


def said() -> set[str]:
    """Every sentence of the code and the templates; of one with a plural, the singular."""
    found = set()
    for package in MUST_BE_TRANSLATED:
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def catalogues() -> Iterator[tuple[str, Catalog]]:
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            yield path.parent.parent.name, read_po(file)


def faults(catalogue: Catalog, sentences: set[str]) -> Iterator[str]:
    for sentence in sorted(sentences):
        held = catalogue.get(sentence)
        texts = [] if held is None else [held.string] if isinstance(held.string, str) else list(held.string)
        if held is None or held.fuzzy or not texts or not all(texts):
            yield f"missing: {sentence}"
        elif not same_blanks([held.id] if isinstance(held.id, str) else list(held.id), texts):
            yield f"other blanks: {sentence}"


def same_blanks(said: list[str], texts: list[str]) -> bool:
    """Whether the last form has the blanks of the last, and none has a blank that nobody fills ("one day left")."""
    known = set().union(*map(blanks, said))
    return blanks(texts[-1]) == blanks(said[-1]) and all(blanks(text) <= known for text in texts)


def blanks(text: str) -> set[str]:
    return {named or braced for named, braced in BLANKS.findall(text)}


def main() -> int:
    sentences = said()
    found = [f"{language}: {fault}" for language, catalogue in catalogues() for fault in faults(catalogue, sentences)]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
