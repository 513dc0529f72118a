"""Numbers of agreements and the random codes that open their check page.

The number is for people: it is printed, filed and read over the telephone, so it ends in two check digits.
It can be guessed and therefore proves nothing; whoever wants to see a paper's state needs the check code.
"""

import re
import secrets
import unicodedata

# 32 signs, five bits each. 0/O and 1/I are left out because they are confused on paper and when read aloud.
CHECK_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CHECK_CODE_LENGTH = 16

_CLASS_CODE = re.compile(r"[A-Z0-9]{1,12}")
_NUMBER = re.compile(r"([0-9]{4}-[A-Z0-9]{1,12}-[0-9]{4,9})-([0-9]{2})")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


def agreement_number(year: int, class_code: str, serial: int) -> str:
    """Return the number `year-class-serial-check`, for example `2027-MD03-0418-42`.

    The two check digits follow ISO/IEC 7064, MOD 97-10 (the scheme of ISO 13616 bank account numbers): letters
    count as 10 … 35, and the whole, read as one decimal number, leaves 1 when divided by 97. One wrong sign is
    always found. `class_code` is 1–12 capital letters or digits, see `class_part`.

    Raises ValueError for a year outside 2000–2999, a serial outside 1–999,999,999 or an unusable class code.
    """
    if not 2000 <= year <= 2999:
        raise ValueError("year must lie between 2000 and 2999")
    if not 1 <= serial <= 999_999_999:
        raise ValueError("serial must lie between 1 and 999,999,999")
    if not _CLASS_CODE.fullmatch(class_code):
        raise ValueError("class_code must be 1 to 12 capital letters or digits")
    body = f"{year}-{class_code}-{serial:04d}"
    return f"{body}-{98 - _remainder(body + '00'):02d}"


def class_part(code: str) -> str:
    """Return what of an order class's own code can stand in a number: its last 12 Latin letters and digits, else X.

    Two codes may give the same part; the serial must be unique within the year and part, not within the class.
    """
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", code).upper())[-12:] or "X"


def number_is_sound(text: str) -> bool:
    """Say whether `text` is a well-formed agreement number whose check digits are right.

    Full-width signs, small letters, blanks and other dashes are forgiven: people type from paper.
    """
    match = _NUMBER.fullmatch(normal_number(text))
    if match is None:
        return False
    # 98 − remainder lies in 2 … 98; the pairs 00, 01 and 99 leave the same remainder as 97, 98 and 02 but are never
    # issued, so they can only be slips.
    return 2 <= int(match[2]) <= 98 and _remainder(match[1] + match[2]) == 1


def normal_number(text: str) -> str:
    """Return `text` as a number would be printed: half-width capitals, plain dashes, no blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).upper())


def new_check_code() -> str:
    """Return a new random check code of 80 bits in four groups of four, for example `7KQM-2XRA-V9DT-HW4P`."""
    code = "".join(secrets.choice(CHECK_CODE_ALPHABET) for _ in range(CHECK_CODE_LENGTH))
    return _grouped(code)


def normal_check_code(text: str) -> str | None:
    """Return the check code a person meant in its printed form, or None when it cannot be one."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).upper())
    if len(plain) != CHECK_CODE_LENGTH or any(sign not in CHECK_CODE_ALPHABET for sign in plain):
        return None
    return _grouped(plain)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _remainder(text: str) -> int:
    """Return the decimal reading of `text` modulo 97, dashes left out, letters as 10 … 35."""
    digits = "".join(str(int(sign, 36)) for sign in text if sign != "-")
    return int(digits) % 97
