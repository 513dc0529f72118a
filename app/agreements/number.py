"""Numbers of agreements and the random codes that open their check page.

The number is for people: it is printed, filed and read over the telephone, so it ends in two check signs.
It can be guessed and therefore proves nothing; whoever wants to see a paper's state needs the check code.
"""

import re
import unicodedata

from app.core.crypto import READABLE, readable_code

CHECK_CODE_LENGTH = 16

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLASS_CODE = re.compile(r"[A-Z0-9]{1,12}")
_NUMBER = re.compile(r"[0-9]{4}-[A-Z0-9]{1,12}-[0-9]{4,9}-[0-9A-Z]{2}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


def agreement_number(year: int, class_code: str, serial: int) -> str:
    """Return the number `year-class-serial-check`, for example `2027-MD03-0418-PG`.

    The check is ISO/IEC 7064, MOD 1271-36: digits and letters are worth 0 … 35, the whole, read to the base 36 with
    the dashes left out, leaves 1 when divided by 1271. Because 35 × 35 < 1271, one wrong sign and two neighbours
    swapped are always found. `class_code` is 1–12 capital letters or digits, see `class_part`.

    Raises ValueError for a year outside 2000–2999, a serial outside 1–999,999,999 or an unusable class code.
    """
    if not 2000 <= year <= 2999:
        raise ValueError("year must lie between 2000 and 2999")
    if not 1 <= serial <= 999_999_999:
        raise ValueError("serial must lie between 1 and 999,999,999")
    if not _CLASS_CODE.fullmatch(class_code):
        raise ValueError("class_code must be 1 to 12 capital letters or digits")
    body = f"{year}-{class_code}-{serial:04d}"
    high, low = divmod((1 - _remainder(body + "00")) % 1271, 36)
    return f"{body}-{_SIGNS[high]}{_SIGNS[low]}"


def class_part(code: str) -> str:
    """Return what of an order class's own code can stand in a number: its last 12 Latin letters and digits, else X.

    Two codes may give the same part; the serial must be unique within the year and part, not within the class.
    """
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", code).upper())[-12:] or "X"


def number_is_sound(text: str) -> bool:
    """Say whether `text` is a well-formed agreement number whose check is right.

    Full-width signs, small letters, blanks and other dashes are forgiven: people type from paper.
    """
    normal = normal_number(text)
    return bool(_NUMBER.fullmatch(normal)) and _remainder(normal) == 1


def normal_number(text: str) -> str:
    """Return `text` as a number would be printed: half-width capitals, plain dashes, no blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).upper())


def new_check_code() -> str:
    """Return a new random check code of 80 bits in four groups of four, for example `7KQM-2XRA-V9DT-HW4P`."""
    return _grouped(readable_code(CHECK_CODE_LENGTH))


def normal_check_code(text: str) -> str | None:
    """Return the check code a person meant in its printed form, or None when it cannot be one."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).upper())
    if len(plain) != CHECK_CODE_LENGTH or any(sign not in READABLE for sign in plain):
        return None
    return _grouped(plain)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _remainder(text: str) -> int:
    """Return `text` read to the base 36, dashes left out, modulo 1271."""
    return int(text.replace("-", ""), 36) % 1271
