"""The judgement set is fixed before the search is tuned, and a hash says that it still is.

Who tunes a search against queries that may be edited tunes the queries too, without meaning to. Whatever decides a
grade is covered: queries, grading, the generator with its data, the demo's annotations. To change any of it is to begin
a new measurement; the figures of before no longer compare.
"""

from hashlib import sha256

from deploy.bench.judged.trades import FOLDER

RECORD = FOLDER / "FROZEN"
DECIDING = (".py", ".json", ".jsonl", ".csv")
NOT_DECIDING = frozenset({"frozen.py", "__init__.py"})


def digest() -> str:
    """SHA-256 over name, size and bytes of every file that decides, in the order of the names."""
    total = sha256()
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in DECIDING and path.name not in NOT_DECIDING:
            content = path.read_bytes()
            total.update(f"{path.name}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def is_unchanged() -> bool:
    return digest() == RECORD.read_text("utf-8").strip()


if __name__ == "__main__":
    print(digest())
