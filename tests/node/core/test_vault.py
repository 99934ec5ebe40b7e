import pytest

from node.core.vault import Unsealable, Vault


def test_what_is_sealed_opens_with_the_same_secret_for_the_same_owner():
    sealed = Vault(b"x" * 32).seal("JBSWY3DP", "maria")
    assert Vault(b"x" * 32).unseal(sealed, "maria") == "JBSWY3DP"
    assert "JBSWY3DP" not in sealed


def test_the_same_text_is_sealed_another_way_each_time():
    vault = Vault(b"x" * 32)
    assert vault.seal("JBSWY3DP", "maria") != vault.seal("JBSWY3DP", "maria")


@pytest.mark.parametrize(("secret", "owner"), [(b"y" * 32, "maria"), (b"x" * 32, "anna")])
def test_it_opens_neither_with_another_secret_nor_for_another_owner(secret, owner):
    sealed = Vault(b"x" * 32).seal("JBSWY3DP", "maria")
    with pytest.raises(Unsealable):
        Vault(secret).unseal(sealed, owner)


def test_a_mark_depends_on_the_secret_the_owner_and_the_text():
    marks = {Vault(secret * 32).mark(text, owner) for secret in (b"x", b"y") for text in "12" for owner in "ab"}
    assert len(marks) == 8
    assert Vault(b"x" * 32).mark("1", "a") == Vault(b"x" * 32).mark("1", "a")
