"""Identity numbers, credit codes, phones and masks: what passes, what does not, and which part the answer names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from app.core.identifiers import (
    IdentifierFault,
    birth_date_of,
    check_credit_code,
    check_foreign_permanent,
    check_hmt_residence,
    check_mobile,
    check_passport,
    check_resident_id,
    credit_check_character,
    make_credit_code,
    make_resident_id,
    mask_id,
    mask_name,
    mask_phone,
    read_document,
)

TODAY = dt.date(2026, 11, 1)
births = st.dates(dt.date(1900, 1, 1), TODAY)
regions = st.sampled_from(["371002", "371003", "371071", "371081", "371082", "371083", "110101", "999999", "100000"])
serials = st.integers(0, 999)
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def number(serial: int = 12, birth: dt.date = dt.date(2010, 1, 1), region: str = "371002") -> str:
    return make_resident_id(region, birth, serial)


def fault(check, *arguments) -> str:
    with pytest.raises(IdentifierFault) as caught:
        check(*arguments)
    return caught.value.message


def ending_in_x() -> str:
    return next(made for made in map(number, range(200)) if made.endswith("X"))


@given(st.sampled_from(["371002", "371082", "110101"]), births, serials)
def test_every_number_made_passes_and_carries_its_birth_date(region: str, birth: dt.date, serial: int) -> None:
    made = make_resident_id(region, birth, serial)
    assert check_resident_id(made, TODAY) == made
    assert birth_date_of(made) == birth


@given(births, serials)
def test_an_independent_library_computes_the_same_check_digit(birth: dt.date, serial: int) -> None:
    made = make_resident_id("110101", birth, serial)
    assert ric.calc_check_digit(made) == made[17]


@given(st.data(), births, serials)
def test_any_one_wrong_digit_is_noticed(data: st.DataObject, birth: dt.date, serial: int) -> None:
    made = make_resident_id("371002", birth, serial)
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != made[place]]))
    fault(check_resident_id, made[:place] + other + made[place + 1 :], TODAY)


@given(st.data(), births, serials)
def test_two_neighbours_swapped_are_noticed(data: st.DataObject, birth: dt.date, serial: int) -> None:
    made = make_resident_id("371002", birth, serial)
    place = data.draw(st.integers(0, 15))
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    if swapped != made:
        fault(check_resident_id, swapped, TODAY)


@given(births, serials, st.sampled_from(["371003", "371071", "371072", "371082", "371083", "419001", "100000"]))
def test_no_region_is_ever_refused(birth: dt.date, serial: int, region: str) -> None:
    assert check_resident_id(make_resident_id(region, birth, serial), TODAY)


def test_full_width_digits_lower_case_x_and_blanks_are_accepted_and_stored_plainly() -> None:
    plain = ending_in_x()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in plain.lower())
    assert check_resident_id(wide, TODAY) == plain
    assert check_resident_id(f" {plain[:6]} {plain[6:14]}-{plain[14:].lower()}\u200b", TODAY) == plain


def test_a_number_too_short_or_too_long_is_told_its_length() -> None:
    assert fault(check_resident_id, number()[:17]) == "身份证号要18位，现在是17位，再数一遍"
    assert "现在是19位" in fault(check_resident_id, number() + "1")
    assert fault(check_resident_id, "  ") == "请填身份证号"


def test_a_letter_among_the_digits_is_named_with_its_place() -> None:
    made = number()
    assert "第3位写成了“O”" in fault(check_resident_id, made[:2] + "o" + made[3:])
    assert "第18位是校验码" in fault(check_resident_id, made[:17] + "Y")


@pytest.mark.parametrize(
    ("place", "group"),
    [(1, "第1到6位是地区"), (6, "第1到6位是地区"), (7, "第7到14位是出生日期"), (14, "第7到14位是出生日期"),
     (15, "第15到17位是顺序号"), (17, "第15到17位是顺序号")],
)  # fmt: skip
def test_a_letter_is_told_with_the_group_it_stands_in(place: int, group: str) -> None:
    made = number()
    message = fault(check_resident_id, made[: place - 1] + "O" + made[place:])
    assert f"第{place}位写成了“O”" in message and group in message


def off_by_one(made: str) -> str:
    """The same number with a check digit that does not fit."""
    return made[:17] + ("0" if made[17] != "0" else "1")


def test_a_number_that_does_not_add_up_is_told_the_group_to_look_at_first() -> None:
    every_group = "第1到6位地区，第7到14位生日，第15到17位顺序号，第18位校验码"
    assert every_group in fault(check_resident_id, off_by_one(number()))
    assert "先看第1到6位" in fault(check_resident_id, off_by_one(number(region="291002")))
    assert "先看第15到17位" in fault(check_resident_id, off_by_one(number(serial=0)))
    assert check_resident_id(number(region="291002")), "a right number is never refused for its region"


def test_the_answer_to_a_wrong_check_digit_repeats_none_of_the_number() -> None:
    made = off_by_one(number())
    message = fault(check_resident_id, made)
    assert not any(made[start : start + 4] in message for start in range(15))


def test_digits_of_other_scripts_are_not_digits() -> None:
    made = number()
    assert "第1位" in fault(check_resident_id, "٣" + made[1:], TODAY)
    assert "第1位" in fault(check_resident_id, "三" + made[1:], TODAY)


def test_a_day_that_does_not_exist_is_told_by_its_digits() -> None:
    for digits in ("20100230", "20101301", "20090229", "00000000"):
        assert f"出生日期，现在是{digits}" in fault(check_resident_id, "371002" + digits + "0012")


def test_births_before_1900_and_after_the_day_are_refused_and_that_day_itself_is_not() -> None:
    assert "太早" in fault(check_resident_id, number(birth=dt.date(1899, 12, 31)), TODAY)
    assert "还没到" in fault(check_resident_id, number(birth=TODAY + dt.timedelta(days=1)), TODAY)
    assert check_resident_id(number(birth=TODAY), TODAY)


def test_a_wrong_check_digit_is_told_as_such() -> None:
    made = number()
    wrong = made[:17] + ("0" if made[17] != "0" else "1")
    assert "对不上" in fault(check_resident_id, wrong, TODAY)


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a_residence_permit_has_its_own_kind(region: str) -> None:
    made = number(region=region)
    assert check_hmt_residence(made, TODAY) == made
    assert "港澳台居民居住证" in fault(check_resident_id, made, TODAY)
    assert "81、82或83" in fault(check_hmt_residence, number(), TODAY)


def test_a_foreign_residents_card_comes_in_two_shapes() -> None:
    assert check_foreign_permanent("usa 370012345678".replace(" ", "")) == "USA370012345678"
    assert check_foreign_permanent("911124198108030024")
    fault(check_foreign_permanent, "US3370012345678")
    fault(check_foreign_permanent, "811124198108030024")


def test_a_passport_is_letters_and_digits_only() -> None:
    assert check_passport("e1234 5678") == "E12345678"
    fault(check_passport, "E123")
    fault(check_passport, "护照12345678")


def test_a_document_reads_its_own_birth_date_or_asks_for_it() -> None:
    document = read_document("resident_id", number(), on=TODAY)
    assert (document.number, document.birth_date) == (number(), dt.date(2010, 1, 1))
    assert "不一样" in fault(read_document, "resident_id", number(), dt.date(2010, 1, 2), TODAY)
    assert "另外填上" in fault(read_document, "passport", "E12345678", None, TODAY)
    assert read_document("passport", "E12345678", dt.date(2009, 5, 5), TODAY).birth_date == dt.date(2009, 5, 5)
    fault(read_document, "passport", "E12345678", TODAY + dt.timedelta(days=1), TODAY)
    fault(read_document, "library_card", "1", None, TODAY)


def test_a_document_keeps_neither_sex_nor_region() -> None:
    assert set(read_document("resident_id", number(), on=TODAY).__dataclass_fields__) == {
        "kind", "number", "birth_date",
    }


def test_the_published_sample_of_a_credit_code_passes() -> None:
    assert check_credit_code("91350100m000100y43") == "91350100M000100Y43"


@given(st.text(alphabet=CREDIT_LETTERS, min_size=17, max_size=17))
def test_credit_codes_agree_with_an_independent_library(body: str) -> None:
    assert credit_check_character(body) == uscc.calc_check_digit(body)
    assert check_credit_code(make_credit_code(body)) == make_credit_code(body)


@given(st.text(alphabet=CREDIT_LETTERS, min_size=17, max_size=17), st.data())
def test_any_one_wrong_character_of_a_credit_code_is_noticed(body: str, data: st.DataObject) -> None:
    code = make_credit_code(body)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([letter for letter in CREDIT_LETTERS if letter != code[place]]))
    fault(check_credit_code, code[:place] + other + code[place + 1 :])


def test_letters_a_credit_code_does_not_have_are_named() -> None:
    assert "第2位写成了“I”" in fault(check_credit_code, "9I350100M000100Y43")
    assert "现在是17位" in fault(check_credit_code, "91350100M000100Y4")


def test_a_mobile_number_has_eleven_digits_from_13_to_19() -> None:
    assert check_mobile("+86 138-0000-0021") == "13800000021"
    assert check_mobile("１９９００００００２１") == "19900000021"
    assert "现在是10位" in fault(check_mobile, "1380000002")
    fault(check_mobile, "12800000021")
    fault(check_mobile, "1380000002A")
    fault(check_mobile, "")


def test_masks_show_no_more_than_they_may() -> None:
    assert mask_id(ending_in_x()) == "3****************X"
    assert mask_phone("13800000021") == "138****0021"
    assert mask_name("林小禾") == "林**"
    assert mask_name("林") == "林*"
    assert (mask_id(""), mask_id("12"), mask_phone("1234567"), mask_phone(None), mask_name(None)) == (
        "", "**", "*******", "", "",
    )


@given(births, serials)
def test_the_mask_of_an_identity_number_tells_two_characters_and_no_birth_date(birth: dt.date, serial: int) -> None:
    made = make_resident_id("371002", birth, serial)
    masked = mask_id(made)
    assert len(masked) == 18
    assert masked.count("*") == 16
