"""Where the program begins, as `sportello` and as `python -m node`.

Everything is loaded before Python's garbage collection may begin, and put out of its sight: a program that is being
loaded makes half a million objects and leaves none behind, and to look through them again and again took a seventh of
the time of a start.
"""

import gc
from importlib import import_module


def main() -> None:
    gc.disable()
    cli = import_module("node.cli")
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
