"""Forms: every one carries a CSRF token and an idempotency key, speaks Chinese and keeps what was typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.errors import DomainError, Faults
from app.core.numbers import LARGEST_COUNT, number_in

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
NOT_FACTS = frozenset({"csrf_token", "_key", "version"})


class Form(FlaskForm):
    """Base of all forms. ``version`` is the row's version the person saw (stale pages answer 409)."""

    class Meta(FlaskForm.Meta):
        locales = ("zh", "zh_CN")

    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_errors: list[str] = []

    def facts(self) -> dict[str, Any]:
        """What was entered, by field name, without the envelope."""
        return {name: value for name, value in self.data.items() if name not in NOT_FACTS}

    def seen_version(self) -> int | None:
        """The version the page was built from, or None when the form carries none; 0, which no row has, for rubbish."""
        if self.version.data in (None, ""):
            return None
        return number_in(self.version.data, LARGEST_COUNT) or 0

    def refuse(self, error: DomainError) -> None:
        """Put a service's refusal beside its field, or on top of the form."""
        for fault in error.faults if isinstance(error, Faults) else [error]:
            if fault.field and fault.field in self:
                field = self[fault.field]
                field.errors = [*field.errors, fault.message]
            else:
                self.form_errors.append(fault.message)


def _clean(text: Any) -> Any:
    return text.replace("\x00", "").strip() if isinstance(text, str) else text


def text(
    label: str,
    *,
    most: int = 60,
    least: int = 0,
    required: bool = True,
    field: type[Field] = StringField,
    check: Iterable[Callable[..., None]] = (),
    **kwargs: Any,
) -> Field:
    """A line of text: trimmed, bounded, required unless said otherwise."""
    first = DataRequired(f"请填{label}") if required else Optional()
    span = Length(least or -1, most, f"{label}最多{most}个字" if not least else f"{label}要{least}到{most}个字")
    return field(label, [first, span, *check], filters=[_clean], **kwargs)


def whole(label: str, low: int, high: int, *, required: bool = True, unit: str = "", **kwargs: Any) -> IntegerField:
    """A whole number within bounds; the message names both."""
    first = InputRequired(f"请填{label}，写数字") if required else Optional()
    return _WholeField(label, [first, NumberRange(low, high, f"{label}要在{low}到{high}{unit}之间")], **kwargs)


class _WholeField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        # Full-width digits come from Chinese keyboards; thousands separators from spreadsheets.
        plain = valuelist[0].strip().replace(",", "").replace("，", "")
        if not re.fullmatch(r"-?\d{1,12}", plain):
            self.data = None
            raise ValueError(f"{self.label.text}要写数字，例如 12")
        self.data = int(plain)


_Time = TypeVar("_Time", bound=dt.date)


def within_time(moment: _Time) -> _Time:
    """A date or moment as it is, when one can reckon with it: a year more or a zone less must still be a date.

    Raises:
        ValueError: nobody alive means that year.
    """
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(f"年份要在{EARLIEST_YEAR}到{LATEST_YEAR}之间，现在是{moment.year}")
    return moment


def day(label: str, *, required: bool = True, **kwargs: Any) -> DateField:
    return _DayField(label, [InputRequired(f"请填{label}") if required else Optional()], **kwargs)


class _DayField(DateField):
    data: dt.date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(f"{self.label.text}要写成2027-03-01这样") from None
        found, self.data = self.data, None
        self.data = within_time(found) if found else None


def choose(label: str, options: dict[str, str], *, required: bool = True, **kwargs: Any) -> SelectField:
    """One of a few: ``options`` maps code to Chinese."""
    pairs = list(options.items()) if required else [("", "不选"), *options.items()]
    validators = [InputRequired(f"请选{label}")] if required else [Optional()]
    return _Choose(label, validators, choices=pairs, coerce=str, **kwargs)


class _Choose(SelectField):
    def pre_validate(self, form: Any) -> None:
        if self.data not in {code for code, _ in self.choices}:
            raise ValidationError(f"请选{self.label.text}")


class Several(SelectMultipleField):
    """Any of a few, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def row(value: object) -> int:
    """How a choice among rows reads its values: ``Several(…, coerce=row)``.

    Raises:
        ValueError: no row has such a number.
    """
    number = number_in(value)
    if number is None:
        raise ValueError("没有这一项")
    return number


def decimal(label: str, **kwargs: Any) -> DecimalField:
    return DecimalField(label, [InputRequired(f"请填{label}，写数字")], **kwargs)
