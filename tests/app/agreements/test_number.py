"""Agreement numbers catch slips of the pen; check codes cannot be guessed and survive being typed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.agreements.number import (
    _remainder,
    agreement_number,
    class_part,
    new_check_code,
    normal_check_code,
    number_is_sound,
)
from app.core.crypto import READABLE

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
numbers = st.builds(
    agreement_number,
    st.integers(2000, 2999),
    st.text(ALNUM, min_size=1, max_size=12),
    st.integers(1, 999_999_999),
)


def signs(number):
    """Where the signs other than dashes stand."""
    return [at for at, sign in enumerate(number) if sign != "-"]


def test_a_number_reads_as_year_class_serial_and_check():
    assert agreement_number(2027, "MD03", 418) == "2027-MD03-0418-PG"


def test_the_check_agrees_with_the_standards_own_example():
    assert _remainder("ISO793W") == 1


@given(numbers)
def test_every_issued_number_is_sound(number):
    assert number_is_sound(number)


@given(numbers, st.data())
def test_one_wrong_sign_is_always_found(number, data):
    at = data.draw(st.sampled_from(signs(number)))
    wrong = data.draw(st.sampled_from([sign for sign in ALNUM if sign != number[at]]))
    assert not number_is_sound(number[:at] + wrong + number[at + 1 :])


@given(numbers, st.data())
def test_two_neighbours_swapped_are_always_found(number, data):
    pairs = [(a, b) for a, b in zip(signs(number), signs(number)[1:]) if number[a] != number[b]]
    a, b = data.draw(st.sampled_from(pairs))
    swapped = list(number)
    swapped[a], swapped[b] = number[b], number[a]
    assert not number_is_sound("".join(swapped))


def test_full_width_signs_small_letters_blanks_and_long_dashes_are_forgiven():
    assert number_is_sound(" ２０２７－md03—0418 – pg ")


@pytest.mark.parametrize("text", ["", "2027", "2027-MD03-0418", "2027-MD03-0418-P", "2027-MD03-0418-PG-PG", "二〇二七"])
def test_what_is_not_a_number_is_not_sound(text):
    assert not number_is_sound(text)


@pytest.mark.parametrize(
    ("year", "code", "serial"), [(1999, "A", 1), (2027, "a", 1), (2027, "", 1), (2027, "A-B", 1), (2027, "A", 0)]
)
def test_a_number_is_not_made_from_unusable_parts(year, code, serial):
    with pytest.raises(ValueError):
        agreement_number(year, code, serial)


@pytest.mark.parametrize(
    ("code", "part"),
    [("MD03", "MD03"), ("md-2027/03", "MD202703"), ("数控3班", "3"), ("装配班", "X"), ("A" * 5 + "B" * 12, "B" * 12)],
)
def test_any_class_code_gives_a_part_that_fits_the_number(code, part):
    assert class_part(code) == part
    assert number_is_sound(agreement_number(2027, class_part(code), 1))


def test_the_longest_number_has_thirty_signs():
    assert len(agreement_number(2027, "A" * 12, 999_999_999)) == 30


def test_a_check_code_has_at_least_64_random_bits_and_no_confusable_sign():
    assert not set("0O1I") & set(READABLE)
    assert len(set(READABLE)) == 32
    codes = {new_check_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]  # 16 signs of 5 bits: 80 bits
        assert set("".join(groups)) <= set(READABLE)


def test_a_typed_check_code_is_brought_to_its_printed_form():
    assert normal_check_code("７kqm 2xra—v9dthw4p\n") == "7KQM-2XRA-V9DT-HW4P"
    code = new_check_code()
    assert normal_check_code(code.lower().replace("-", " ")) == code


@pytest.mark.parametrize("text", ["", "7KQM-2XRA-V9DT", "7KQM-2XRA-V9DT-HW4O", "7KQM-2XRA-V9DT-HW4P-7"])
def test_what_cannot_be_a_check_code_is_refused(text):
    assert normal_check_code(text) is None
