from datetime import date

import pytest

from schemas.pay import pay_warning

FROM = date(2026, 6, 7)


def test_missing_pay_is_warned_of_with_the_directive_and_the_day():
    told = pay_warning({"pay_min": None, "pay_max": None}, date(2026, 10, 3), FROM)
    assert "direttiva (UE) 2023/970" in told
    assert "Dal 07/06/2026 chi si candida ha il diritto" in told


def test_before_the_day_that_the_node_has_set_the_warning_is_advice():
    assert "avrà il diritto" in pay_warning({}, date(2026, 6, 6), FROM)
    assert "ha il diritto" in pay_warning({}, date(2026, 6, 7), FROM)
    assert "Dal 01/01/2027 chi si candida avrà" in pay_warning({}, date(2026, 6, 7), date(2027, 1, 1))


@pytest.mark.parametrize("given", [{"pay_min": 1200}, {"pay_max": 1500, "pay_min": None}])
def test_one_end_of_a_range_is_enough(given):
    assert pay_warning(given, date(2026, 10, 3), FROM) is None
