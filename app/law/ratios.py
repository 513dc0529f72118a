"""Exact ratios. A floating number could decide a class at exactly one half either way, so none is let in."""

from __future__ import annotations

from fractions import Fraction

# What a ratio may be given as; settings keep it as text, such as "1/2" or "0.8".
Ratio = Fraction | int | str


def exact(ratio: Ratio) -> Fraction:
    """The ratio as a fraction. Raises TypeError for a floating number, ValueError for text that is no ratio."""
    if isinstance(ratio, float):
        raise TypeError("give ratios as text or fractions, not as floating numbers")
    return Fraction(ratio)


def rounded_up(number: Fraction) -> int:
    """The smallest whole number that is not below ``number``."""
    return -(-number.numerator // number.denominator)


def percent(share: Fraction) -> str:
    """A share as a percentage, cut (never rounded up) to one decimal, so that 49.96 % never reads as 50 %."""
    whole, tenth = divmod(share.numerator * 1000 // share.denominator, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
