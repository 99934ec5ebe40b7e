"""The figures as a table for a terminal."""

from collections.abc import Iterable, Sequence

from deploy.bench.measuring import Figure

HEADS = ("what", "measured", "aim", "", "reference", "ratio", "beside")
ALIGNED = "<>><>><"
DIGITS = {
    "ms": 1,
    "s": 2,
    "MB": 0,
    "KB": 0,
    "B": 0,
    "µs": 0,
    "h": 1,
    "rounds": 0,
    "/s": 0,
    "/day": 0,
    "MB/day": 1,
    "s/day": 1,
    "×": 1,
    "": 3,
}
VERDICTS = {True: "reached", False: "MISSED", None: ""}


def table(figures: Iterable[Figure]) -> list[str]:
    """Lines: one for each figure under a line of heads, each column as wide as its widest cell."""
    rows = [HEADS, *(row(figure) for figure in figures)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADS))]
    head, *lines = [line(cells, widths) for cells in rows]
    return [head, "─" * max(len(each) for each in (head, *lines)), *lines]


def row(figure: Figure) -> tuple[str, ...]:
    aim = "" if figure.aim is None else f"{'≥' if figure.at_least else '≤'} {figure.aim:g} {figure.unit}".strip()
    reference = "" if figure.reference is None else quantity(figure.reference, figure.unit)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g} ×"
    measured = quantity(figure.measured, figure.unit)
    return figure.what, measured, aim, VERDICTS[figure.is_reached], reference, ratio, figure.beside


def quantity(value: float, unit: str) -> str:
    """`38.2 ms`; something small is shown as small and not as nothing."""
    digits = DIGITS[unit]
    if value and round(value, digits) == 0:
        return f"{value:.1g} {unit}".strip()
    return f"{value:.{digits}f} {unit}".strip()


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, ALIGNED, widths, strict=True)).rstrip()
