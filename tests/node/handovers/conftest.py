from tests.node.candidates.conftest import taken_in

__all__ = ["taken_in"]
