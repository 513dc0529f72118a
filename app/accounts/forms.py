"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from flask import g
from wtforms import BooleanField, HiddenField, PasswordField, TelField
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.consents import SIGN_UP, WORDS
from app.accounts.models import User
from app.accounts.passwords import MOST
from app.core.db import db
from app.core.forms import Form, choose, day, text
from app.core.labels import ID_KINDS
from app.core.web import same_site


def password(label: str, *, required: bool = True, **kwargs: Any) -> PasswordField:
    """A password is kept exactly as typed: neither trimmed nor cut."""
    first = InputRequired(f"请填{label}") if required else Optional()
    return PasswordField(label, [first, Length(max=MOST, message=f"{label}最多{MOST}位")], **kwargs)


class NextForm(Form):
    """A form on the way to somewhere: ``next`` may only name a path of this site."""

    next = HiddenField()

    def follow(self, otherwise: str) -> str:
        return same_site(self.next.data) or otherwise

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts().items() if name != "next"}


class LogInForm(NextForm):
    login = text("手机号或者证件号", most=40)
    password = password("密码")


class PhoneForm(NextForm):
    phone = text("手机号", most=20, field=TelField)


class CodeForm(NextForm):
    code = text("验证码", most=12)


class NewPasswordForm(Form):
    code = text("验证码", most=12)
    password = password("新密码")


class KnownPhoneForm(NextForm):
    """Whether the account on a proved phone is this person's; numbers are handed on to other people."""

    mine = text("是不是您", most=5)


class SignUpForm(NextForm):
    name = text("姓名", most=60)
    identity_kind = choose("证件类型", ID_KINDS)
    identity = text("证件号码", most=40)
    birth_date = day("出生日期", required=False)
    password = password("密码", required=False)
    terms = BooleanField(WORDS["terms"].title)
    personal_data = BooleanField(WORDS["personal_data"].title)
    identity_number = BooleanField(WORDS["identity_number"].title)

    def facts(self) -> dict[str, Any]:
        """The facts of ``service.register``: ticked consents come as one list of purposes."""
        found = super().facts()
        found["consents"] = [purpose for purpose in SIGN_UP if found.pop(purpose)]
        return found


class ProofForm(Form):
    """Ask again who acts. Mix it into a form of one's own, show it with ``accounts/proof.html``, and hand
    ``form.proof.data`` to ``service.prove``."""

    proof = password("密码或者验证码")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = db.session.get(User, g.actor.user_id) if g.actor.user_id else None
        self.by_password = bool(user and user.password_hash)
        self.proof.label.text = "密码（也可以填短信验证码）" if self.by_password else "短信验证码"


class PasswordForm(ProofForm):
    password = password("新密码")


class NewPhoneForm(ProofForm):
    phone = text("新手机号", most=20, field=TelField)
    code = text("新手机收到的验证码", most=12)


class WelcomeForm(Form):
    name = text("姓名", most=60)
    phone = text("手机号", most=20, field=TelField)
    password = password("密码")


class PurposeForm(Form):
    purpose = choose("同意的事", {purpose: words.title for purpose, words in WORDS.items()})


class WhyForm(Form):
    why = text("理由", most=200)


class TakeOffForm(Form):
    how = text("怎么核实的", most=200)
