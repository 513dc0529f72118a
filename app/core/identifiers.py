"""Identity numbers, credit codes and phones: is it written right, and how much of it may be shown.

What is judged here is form only. A well-formed number says nothing about who holds it, and the region at its start is
where it was first issued, never a 户籍: no function here reads it, and no region is ever refused.
Sources: GB 11643 (citizen number), GB 32100 (unified social credit code).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from app.core import clock

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EARLIEST_BIRTH = dt.date(1900, 1, 1)
# The groups of an eighteen-character number as a person can compare them with the paper: last place, what it says.
_GROUPS = ((6, "第1到6位是地区"), (14, "第7到14位是出生日期"), (17, "第15到17位是顺序号"), (18, "第18位是校验码"))
# First two digits of GB/T 2260; used only to say where a wrong number looks wrong, never to refuse a right one.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83), (91, 91))
    for code in range(first, last + 1)
)
_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class IdentifierFault(ValueError):
    """An identifier is written wrongly. ``message`` is for the person who typed it, ``field`` what it is about where a
    document is asked for: its number, or the birth date beside it."""

    def __init__(self, message: str, field: str = "identity") -> None:
        super().__init__(message)
        self.message, self.field = message, field


@dataclass(frozen=True)
class IdDocument:
    """An identity document as typed: kind (a code of labels.ID_KINDS), normalised number, birth date.

    ``birth_date`` is read from the number where the number carries it, otherwise it is what the person stated.
    Sex and region are deliberately not read.
    """

    kind: str
    number: str
    birth_date: dt.date | None


def normalise(text: str) -> str:
    """Half-width, upper case, without spaces, hyphens and invisible characters; what is stored and compared."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    return "".join(c for c in folded if not c.isspace() and c not in "-‐‑–—·" and unicodedata.category(c) != "Cf")


# --- 居民身份证 and 港澳台居民居住证 -------------------------------------------------------------------------------


def id_check_digit(first_seventeen: str) -> str:
    """The eighteenth character of GB 11643 for seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def check_resident_id(text: str, on: dt.date | None = None) -> str:
    """The normalised 18 characters of a 居民身份证, or IdentifierFault that says which part is wrong.

    ``on`` is the day against which a birth date may not lie in the future (default: today in China).
    """
    number = _eighteen(text, "身份证号", on)
    if number.startswith(("81", "82", "83")):
        raise IdentifierFault("这是港澳台居民居住证的号码。证件类型请选港澳台居民居住证")
    if number.startswith("9"):
        raise IdentifierFault("这是外国人永久居留身份证的号码。证件类型请选外国人永久居留身份证")
    return number


def check_hmt_residence(text: str, on: dt.date | None = None) -> str:
    """The normalised number of a 港澳台居民居住证 (81 香港, 82 澳门, 83 台湾), same check as GB 11643."""
    number = _eighteen(text, "居住证号", on)
    if not number.startswith(("81", "82", "83")):
        raise IdentifierFault("居住证号的前两位要是81、82或83，再对一遍证件类型")
    return number


def _eighteen(text: str, name: str, on: dt.date | None) -> str:
    """The checks both eighteen-character numbers share, in the order in which a person can correct them."""
    number = normalise(text)
    if not number:
        raise IdentifierFault(f"请填{name}")
    if len(number) != 18:
        raise IdentifierFault(f"{name}要18位，现在是{len(number)}位，再数一遍")
    wrong = [i for i, c in enumerate(number[:17], start=1) if c not in _DIGITS]
    if wrong:
        where = f"{name}第{wrong[0]}位写成了“{number[wrong[0] - 1]}”"
        raise IdentifierFault(f"{where}。{_group_of(wrong[0])}，都要是数字")
    if number[17] not in _ID_CHECKS:
        raise IdentifierFault(f"{name}第18位是校验码，只能是数字或X，现在是“{number[17]}”")
    _birth_of(number, name, on)
    if id_check_digit(number[:17]) != number[17]:
        raise IdentifierFault(f"{name}对不上，至少有一位写错了。{_where_it_looks_wrong(number)}")
    return number


def _group_of(place: int) -> str:
    """What the group of a place (1 to 18) says."""
    return next(says for last, says in _GROUPS if place <= last)


def _where_it_looks_wrong(number: str) -> str:
    """The group to look at first when the check digit does not fit. The digits themselves are not repeated: this
    sentence may be kept with an import's faults."""
    if number[:2] not in _PROVINCES:
        return "先看第1到6位：这是地区，没有这样开头的"
    if number[14:17] == "000":
        return "先看第15到17位：这是顺序号，不会是三个0"
    return "分组对：第1到6位地区，第7到14位生日，第15到17位顺序号，第18位校验码"


def _birth_of(number: str, name: str, on: dt.date | None) -> dt.date:
    """Digits 7–14 as a date between 1900 and ``on``."""
    digits = number[6:14]
    where = f"{name}第7到14位是出生日期，现在是{digits}"
    try:
        birth = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise IdentifierFault(f"{where}，没有这一天，再对一遍") from None
    if birth < _EARLIEST_BIRTH:
        raise IdentifierFault(f"{where}，年份太早了，再对一遍")
    if birth > (on or clock.today()):
        raise IdentifierFault(f"{where}，这一天还没到，再对一遍")
    return birth


def birth_date_of(number: str) -> dt.date:
    """The birth date inside an already checked 18-character number."""
    return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def make_resident_id(region: str, birth: dt.date, serial: int) -> str:
    """A well-formed number for tests and the demonstration only; ``region`` six digits, ``serial`` 0–999."""
    if len(region) != 6 or not 0 <= serial <= 999:
        raise ValueError("region has six digits, serial lies between 0 and 999")
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    return body + id_check_digit(body)


# --- the other documents -----------------------------------------------------------------------------------------


def check_foreign_permanent(text: str) -> str:
    """外国人永久居留身份证: three letters and twelve digits, or the eighteen digits starting with 9. No check digit."""
    number = normalise(text)
    old = len(number) == 15 and set(number[:3]) <= _UPPER and set(number[3:]) <= _DIGITS
    new = len(number) == 18 and number[0] == "9" and set(number[:17]) <= _DIGITS and number[17] in _ID_CHECKS
    if not old and not new:
        raise IdentifierFault("永久居留证号要么是3个字母加12个数字，要么是9开头的18位，照着证件再对一遍")
    return number


def check_passport(text: str) -> str:
    """A passport number: 5 to 17 letters and digits, no check digit."""
    number = normalise(text)
    if not 5 <= len(number) <= 17 or not set(number) <= _UPPER | _DIGITS:
        raise IdentifierFault("护照号只有字母和数字，5到17位，照着护照再对一遍")
    return number


def check_number(kind: str, number: str, on: dt.date | None = None) -> str:
    """The normalised number of a document of any kind (a code of labels.ID_KINDS), or IdentifierFault."""
    if kind == "resident_id":
        return check_resident_id(number, on)
    if kind == "hmt_residence":
        return check_hmt_residence(number, on)
    if kind == "foreign_permanent":
        return check_foreign_permanent(number)
    if kind == "passport":
        return check_passport(number)
    raise IdentifierFault("请先选证件类型")


def read_document(
    kind: str, number: str, birth_date: dt.date | None = None, on: dt.date | None = None
) -> IdDocument:
    """Check a document of any kind; raises IdentifierFault.

    For the two kinds whose number carries a birth date, a stated ``birth_date`` must agree with it. For the others it
    must be stated, since the ages the law asks for hang on it.
    """
    checked = check_number(kind, number, on)
    if kind in ("resident_id", "hmt_residence"):
        born = birth_date_of(checked)
        if birth_date is not None and birth_date != born:
            raise IdentifierFault(f"证件号里的出生日期是{born:%Y-%m-%d}，和您填的{birth_date:%Y-%m-%d}不一样")
        return IdDocument(kind, checked, born)
    if birth_date is None:
        raise IdentifierFault("这种证件的号码里没有出生日期，请另外填上", "birth_date")
    if not _EARLIEST_BIRTH <= birth_date <= (on or clock.today()):
        raise IdentifierFault("出生日期不对，再看一遍")
    return IdDocument(kind, checked, birth_date)


# --- 统一社会信用代码, phones ------------------------------------------------------------------------------------


def credit_check_character(first_seventeen: str) -> str:
    """The eighteenth character of GB 32100; the weights are the powers of 3 modulo 31."""
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_seventeen))
    return _CREDIT_ALPHABET[-total % 31]


def check_credit_code(text: str) -> str:
    """The normalised 统一社会信用代码, or IdentifierFault that says which part is wrong."""
    code = normalise(text)
    if not code:
        raise IdentifierFault("请填统一社会信用代码")
    if len(code) != 18:
        raise IdentifierFault(f"统一社会信用代码要18位，现在是{len(code)}位，再数一遍")
    for place, character in enumerate(code, start=1):
        if character not in _CREDIT_ALPHABET:
            look_alike = "代码里没有字母I、O、Z、S、V，看看是不是数字1、0、2、5"
            hint = look_alike if character in "IOZSV" else "只能是数字和大写字母"
            raise IdentifierFault(f"统一社会信用代码第{place}位写成了“{character}”，{hint}")
    if credit_check_character(code[:17]) != code[17]:
        raise IdentifierFault("统一社会信用代码对不上：18位里至少有一位写错了，照着执照再对一遍")
    return code


def make_credit_code(first_seventeen: str) -> str:
    """A well-formed code for tests and the demonstration only."""
    return first_seventeen + credit_check_character(first_seventeen)


def check_mobile(text: str) -> str:
    """The normalised eleven digits of a mainland mobile number; +86 before it is taken off."""
    number = normalise(text).removeprefix("+86")
    if not number:
        raise IdentifierFault("请填手机号")
    if not set(number) <= _DIGITS:
        raise IdentifierFault("手机号只能是数字，再看一遍")
    if len(number) != 11:
        raise IdentifierFault(f"手机号要11位，现在是{len(number)}位，再数一遍")
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise IdentifierFault("手机号要以13到19开头，再看一遍")
    return number


# --- masks: what may be shown to those who need not know ---------------------------------------------------------


def mask_id(number: str | None) -> str:
    """First and last character only: with six and four shown, 32 candidates would remain."""
    text = number or ""
    if len(text) < 3:
        return "*" * len(text)
    return text[0] + "*" * (len(text) - 2) + text[-1]


def mask_phone(number: str | None) -> str:
    """First three and last four digits; a number too short for that is hidden whole."""
    text = number or ""
    if len(text) < 8:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def hidden(text: str | None) -> str:
    """Nothing but how long it is: a birth date has too few possibilities to show any of it."""
    return "*" * len(text or "")


def mask_name(name: str | None) -> str:
    """The family character only: 林小禾 → 林**. Nothing tells whether a longer family name was cut."""
    text = (name or "").strip()
    return text[:1] + "*" * max(1, len(text) - 1) if text else ""
