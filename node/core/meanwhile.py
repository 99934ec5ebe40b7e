"""Two people at one record: the second is told what the first changed, and loses nothing of what she typed.

The form carries a short print of every field as it was when the page was opened. So three versions can be told apart
when she saves: what she saw, what she typed, what is saved now. Fields that she left alone take the saved text; in
fields that both changed hers stays, and the saved one is shown beside it. She presses the button again, knowing.
"""

import json
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from node.core.forms import WHOLE_FORM, FormRejected
from schemas.messages import Message


class Merged(NamedTuple):
    """`values` for the form; `taken`: fields that now hold the other's text; `contested`: field -> the other's text."""

    values: dict
    taken: list
    contested: dict

    @property
    def is_quiet(self):
        """Whether what was typed is what is saved: the same form sent twice, or two who had the same idea."""
        return not self.taken and not self.contested


def prints(values):
    """What the form carries: a JSON object of field -> eight hex digits of its value."""
    return json.dumps({name: _print(value) for name, value in values.items() if not _is_blank(value)}, sort_keys=True)


def merge(seen, typed, saved):
    """`seen` is what `prints` made when the page was opened, as the browser sent it back; a broken one counts as blank."""
    before = _read(seen)
    merged, taken, contested = dict(typed), [], {}
    for name in sorted({*typed, *saved, *before}):
        mine, theirs = typed.get(name), saved.get(name)
        if _print(mine) == _print(theirs):
            continue
        was = before.get(name, _print(None))
        if _print(mine) == was:
            taken.append(name)
            if theirs is None:
                merged.pop(name, None)
            else:
                merged[name] = theirs
        elif _print(theirs) != was:
            contested[name] = theirs
    return Merged(merged, taken, contested)


def notes_beside(merged, in_words):
    """The warnings of the form: field -> list of Message; `in_words(name, value)` is what people read for a value."""
    notes = {
        name: [Message("Questo campo è stato cambiato da un'altra persona: ora vedi il suo testo.")]
        for name in merged.taken
    }
    for name, theirs in merged.contested.items():
        notes[name] = [
            Message(
                "Un'altra persona ha salvato: «{theirs}». Qui c'è ancora il tuo testo.", theirs=in_words(name, theirs)
            )
            if not _is_blank(theirs)
            else Message("Un'altra persona ha svuotato questo campo. Qui c'è ancora il tuo testo.")
        ]
    return notes


def meet(seen, typed, saved, draw, told, in_words):
    """Raises FormRejected, with `told` above the form, when somebody else has saved the record since it was opened.

    `seen`, `typed` and `saved` as for `merge`; `draw(values, errors, warnings=…, seen=…)` is the page of the form.
    """
    merged = merge(seen, typed, saved)
    if not merged.is_quiet:
        again = partial(draw, warnings=notes_beside(merged, in_words), seen=prints(saved))
        raise FormRejected(again, merged.values, {WHOLE_FORM: [told]})


def _read(seen):
    try:
        read = json.loads(seen)
    except (TypeError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _print(value):
    """Equal for values that a browser may send in different shapes: line ends, blanks around, empty rows."""
    return sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()[:8]


def _plain(value):
    if _is_blank(value):
        return ""
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    if isinstance(value, list):
        return [_plain(each) for each in value if not _is_blank(each)]
    return {name: _plain(each) for name, each in value.items() if not _is_blank(each)}


def _is_blank(value):
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        return all(_is_blank(each) for each in value.values())
    return not value or all(_is_blank(each) for each in value)
