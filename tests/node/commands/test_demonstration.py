"""Cutting a node of the demo off by hand, and letting it back in."""

from types import SimpleNamespace

import pytest

from node.commands import founding
from node.core import partition


@pytest.fixture
def playground(tmp_path):
    """The folder of a demo with Gavirate in it, and a real node that lies there by mistake."""
    for name, more in (("gavirate", ["demo=true", "grey_after_min=7"]), ("ispra", [])):
        settings = founding.settings_for((name.title(),), name, None, "http://127.0.0.1:8000")
        founding.found_node(tmp_path / name, settings | founding.more_settings(more), "una-password-lunga")
    return tmp_path


def test_a_node_is_cut_off_and_comes_back(sportello, playground):
    code, said, _ = sportello("demo", "cut", "gavirate", "--data", playground)
    assert (code, "dopo 7 minuti" in said) == (0, True)
    config = SimpleNamespace(data=playground / "gavirate", demo=True)
    assert partition.is_cut(config)
    assert partition.refuse(config).status_code == 503
    for _ in range(2):
        assert sportello("demo", "heal", "gavirate", "--data", playground)[0] == 0
    assert not partition.is_cut(config)
    assert partition.refuse(config) is None


@pytest.mark.parametrize(
    ("node", "told"), [("varese", "Ci sono: gavirate, ispra"), ("../gavirate", "Ci sono"), ("ispra", "nodo vero")]
)
def test_what_is_no_node_of_the_demo_is_refused_in_one_line(sportello, playground, node, told):
    code, _, complaint = sportello("demo", "cut", node, "--data", playground)
    assert (code, len(complaint.strip().splitlines())) == (2, 1)
    assert told in complaint


def test_without_a_demo_the_command_says_how_to_get_one(sportello, tmp_path):
    code, _, complaint = sportello("demo", "heal", "gavirate", "--data", tmp_path / "nowhere")
    assert (code, "make demo" in complaint) == (2, True)


def test_a_node_that_is_no_demonstration_is_never_cut(tmp_path):
    config = SimpleNamespace(data=tmp_path, demo=False)
    partition.mark(config).touch()
    assert not partition.is_cut(config)
