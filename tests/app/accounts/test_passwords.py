"""How passwords are kept and which are refused."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.accounts.passwords import check_new, common, hash_password, matches, outdated
from app.core.errors import Invalid

pytestmark = pytest.mark.usefixtures("real_hashing")


def test_a_hash_is_argon2id_with_nineteen_mebibytes_two_passes_one_lane() -> None:
    made = extract_parameters(hash_password("一句只有我知道的话"))
    assert (made.type.name, made.memory_cost, made.time_cost, made.parallelism) == ("ID", 19 * 1024, 2, 1)


def test_a_hash_of_weaker_parameters_counts_as_outdated() -> None:
    assert outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("correct horse"))
    assert not outdated(hash_password("correct horse"))


def test_full_width_and_half_width_are_one_spelling() -> None:
    assert matches(hash_password("ａbc１２３xyz"), "abc123xyz")


def test_without_a_hash_nothing_matches_and_the_dummy_is_still_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.accounts import passwords

    tried = []
    honest = passwords._hasher.verify

    class Watching:
        def verify(self, stored: str, password: str) -> bool:
            tried.append(stored)
            return honest(stored, password)

    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "_hasher", Watching())
    assert not matches(None, "whatever it is")
    assert len(tried) == 1 and tried[0].startswith("$argon2id$")


@pytest.mark.parametrize(
    "bad", ["1234567", "12345678", "Password1", "woaini1314", "aaaaaaaaaaaa", "11223344", "林小禾的", "x" * 129]
)
def test_short_common_and_boundless_passwords_are_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_new(bad, name="林小禾")
    assert refused.value.field == "password"


def test_the_own_phone_or_name_is_no_password() -> None:
    for bad in ("13900001111a", "lin xiaohe"):
        with pytest.raises(Invalid):
            check_new(bad, name="Lin Xiaohe", phone="13900001111")


@pytest.mark.parametrize(
    "good",
    ["海边第三块石头", "x9f!kd02", "a phrase of more than sixty-four characters is taken whole, never cut at all"],
)
def test_anything_else_from_eight_characters_is_taken_whole(good: str) -> None:
    if len(good) < 8:
        good += "下面"
    check_new(good)
    stored = hash_password(good)
    assert matches(stored, good) and not matches(stored, good[:-1])


def test_the_bundled_list_is_long_and_every_line_could_have_been_chosen() -> None:
    assert len(common()) >= 3000
    assert all(len(line) >= 8 and line == line.casefold() for line in common())
