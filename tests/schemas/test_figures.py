import json
from datetime import UTC, datetime

import pytest

from schemas.figures import COUNT_MAX, COUNTS, ROWS_MAX, FiguresDocument, figures_id
from schemas.kinds import problem_with
from schemas.shapes import RECORD_ID
from schemas.statement import PAYLOAD_MAX_BYTES


def figures(rows):
    return {"month": "2026-10", "generated_at": datetime(2026, 10, 31, 22, 59, 59, 999, tzinfo=UTC), "rows": rows}


def test_zeros_are_left_out_of_a_row_and_come_back_when_it_is_read():
    dumped = FiguresDocument().dump(
        figures([{"comune": "012084", "contract": "stagionale", "sector": None, "opened": 3, "open": 0}])
    )
    assert dumped == {
        "month": "2026-10", "generated_at": "2026-10-31T22:59:59Z", "rows": [{"comune": "012084", "contract": "stagionale", "opened": 3}],
    }  # fmt: skip
    (row,) = FiguresDocument().load(dumped)["rows"]
    assert (row["opened"], row["open"], row["positions_closed"]) == (3, 0, 0)


def test_a_month_in_which_nothing_happened_is_a_document_too():
    assert problem_with("figures", FiguresDocument().dump(figures([]))) is None


def test_the_fullest_month_fits_into_a_payload():
    rows = [
        {"comune": f"{n:06}", "contract": "somministrazione", "sector": "52"} | dict.fromkeys(COUNTS, COUNT_MAX)
        for n in range(ROWS_MAX)
    ]
    document = FiguresDocument().dump(figures(rows))
    assert problem_with("figures", document) is None
    assert len(json.dumps(document, separators=(",", ":"))) < PAYLOAD_MAX_BYTES - 1024


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"month": "2026-13"}, "month: ha una forma non ammessa"),
        (
            {"rows": [{"comune": "012084", "contract": "altro"}] * 2},
            "rows: conta due volte lo stesso comune, contratto e settore",
        ),
        (
            {"rows": [{"comune": "012084", "contract": "altro", "opened": -1}]},
            f"rows.opened: deve essere tra 0 e {COUNT_MAX}",
        ),
        (
            {"rows": [{"comune": f"{n:06}", "contract": "altro"} for n in range(ROWS_MAX + 1)]},
            f"rows: deve avere da 0 a {ROWS_MAX} voci",
        ),
    ],
)
def test_figures_that_would_add_up_wrongly_are_not_used(changed, told):
    assert problem_with("figures", FiguresDocument().dump(figures([])) | changed) == told


def test_the_record_of_a_month_has_an_id_that_the_network_takes():
    assert RECORD_ID.fullmatch(figures_id("2026-10"))
