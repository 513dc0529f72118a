"""How amounts, dates, spans and lists are written in the agreement. One way each, so that a hash can be trusted."""

from collections.abc import Sequence

_ORDINALS = "一二三四五六七八九十"


def yuan(amount: int) -> str:
    """4600 → 4,600元."""
    return f"{amount:,}元"


def yuan_range(low: int, high: int) -> str:
    """4600, 5200 → 4,600元至5,200元; one amount when both are equal."""
    return yuan(low) if low == high else f"{yuan(low)}至{yuan(high)}"


def hours(count: int) -> str:
    """1960 → 1,960课时."""
    return f"{count:,}课时"


def span(months: int) -> str:
    """36 → 3年, 6 → 6个月, 30 → 2年6个月."""
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}个月" if rest or not years else "")


def trial(months: int, wage: int) -> str:
    """The probation and its pay: 2, 4100 → 2个月，每月不低于4,100元."""
    return f"{span(months)}，每月不低于{yuan(wage)}" if months else "不设试用期"


def percent(permille: int) -> str:
    """512 → 51.2%."""
    return f"{permille // 10}.{permille % 10}%"


def times(percentage: int) -> str:
    """160 → 1.60倍."""
    return f"{percentage // 100}.{percentage % 100:02d}倍"


def numbered(items: Sequence[str]) -> str:
    """Return the items as a running legal list: （一）甲；（二）乙."""
    return "；".join(f"（{ordinal(index)}）{item.rstrip('。；')}" for index, item in enumerate(items, 1))


def ordinal(number: int) -> str:
    """1 → 一, 15 → 十五, 20 → 二十, for 1 … 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_ORDINALS[tens - 1]}十"
    return head + (_ORDINALS[ones - 1] if ones else "")


def or_dash(text: str) -> str:
    """Return the text, or a dash for nothing: an empty cell on a contract invites somebody to fill it in."""
    return text.strip() or "——"
