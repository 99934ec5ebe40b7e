from tests.node.candidates.conftest import desk_url, taken_in
from tests.node.commands.conftest import founded

__all__ = ["desk_url", "founded", "taken_in"]
