"""What to tell an operator whose ad does not say what is paid.

Directive (EU) 2023/970 gives applicants the right to know the initial pay or its range before the interview (art. 5). It
was due to be transposed by 7 June 2026; from which day a node takes it to bind is the node's setting, since the national
law decides. Before that day the same sentence is advice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.messages import Message


def pay_warning(vacancy: Mapping[str, Any], today: date, pay_warning_from: date) -> Message | None:
    """The warning about missing pay, or None when one end of the range is given.

    `vacancy` is what `VacancyForm` loads: `pay_min` and `pay_max` decide.
    """
    if vacancy.get("pay_min") is not None or vacancy.get("pay_max") is not None:
        return None
    day = pay_warning_from.strftime("%d/%m/%Y")
    if today < pay_warning_from:
        return Message(
            "L'offerta non indica la retribuzione: se la sai già, scrivila. Dal {day} chi si candida avrà il diritto di "
            "conoscere la paga iniziale, o la fascia, prima del colloquio (direttiva (UE) 2023/970, art. 5).",
            day=day,
        )
    return Message(
        "L'offerta non indica la retribuzione. Dal {day} chi si candida ha il diritto di conoscere la paga iniziale, o la "
        "fascia, prima del colloquio (direttiva (UE) 2023/970, art. 5): scriverla qui è il modo più semplice.",
        day=day,
    )
