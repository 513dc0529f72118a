"""What makes a slip somebody's application: she herself on a phone, or her signature that a second person has seen.

Either way the account and the application are hers, marked as assisted, with every consent and the receipt of any
other; under 18 her guardian is asked on the guardian's own phone, like everybody's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.accounts.codes import check_code, mobile
from app.accounts.consents import SIGN_UP, WORDS
from app.accounts.models import User
from app.accounts.registering import register
from app.accounts.sealed import user_by_identity, user_by_phone
from app.applications import service as applications
from app.applications.models import Application
from app.applications.windows import require_choosing
from app.core import throttle
from app.core.actor import ANONYMOUS, Actor
from app.core.clock import now
from app.core.errors import Faults, Invalid, NotPermitted
from app.core.files import forget
from app.core.history import record
from app.core.outbox import text_message
from app.stations.entering import erased
from app.stations.models import Slip
from app.stations.queries import facts_of
from app.stations.states import SLIP

PURPOSE = "slip"
MOST_TRIES, DAY = 8, 86400
LOOK_UPS, QUARTER = 60, 900
CONSENTS = (*SIGN_UP, "schools_of_choices")
# Said only to somebody who holds the slip, knows the number on the paper and has proved the phone; or to a second
# person with the signed paper before her.
HAS_ACCOUNT = "这个证件号已经有账号。请本人登录以后自己报名；手机号不用了，可以凭证件换"
PHONE_HAS_ACCOUNT = "这个手机号已经有账号。请先登录，再自己报名"


def count_look_up(address: str) -> None:
    """Nobody tries codes by the thousand; a whole village behind one address still gets through."""
    throttle.count("slip code at", address, most=LOOK_UPS, seconds=QUARTER)


def check_holder(slip: Slip, last_four: str) -> None:
    """Whoever found a slip in the street does not know the last four characters of the paper.

    Raises:
        Invalid: field ``last_four``. TooMany: tried too often today.
    """
    throttle.count("slip holder", str(slip.id), most=MOST_TRIES, seconds=DAY)
    identity = facts_of(slip)["identity"]
    if "".join(last_four.split()).upper() != identity[-4:]:
        raise Invalid("和单子上这个人的证件号对不上，看一遍最后4位", "last_four")
    throttle.forgive("slip holder", str(slip.id), seconds=DAY)


def confirm_by_phone(slip: Slip, *, phone: str, code: str, consents: Collection[str], address: str = "") -> User:
    """The person herself: her phone is bound, her account and her application exist from now on.

    Raises:
        Faults: consents that are missing, one by one. Invalid: field ``code``, or she has an account already.
        WrongState: past the deadline, or confirmed in between.
    """
    require_choosing(slip.batch.round)
    number = mobile(phone)
    missing = [Invalid(f"要同意“{WORDS[purpose].title}”才能报名", purpose) for purpose in CONSENTS
               if purpose not in consents]
    if missing:
        raise Faults(missing)
    check_code(number, PURPOSE, code)
    if user_by_phone(number) is not None:
        raise Invalid(PHONE_HAS_ACCOUNT)
    user = _register(ANONYMOUS, slip, number, {"slip": slip.id})
    actor = Actor(user_id=user.id, name=user.name, address=address)
    application = _apply(actor, slip, user, "本人用手机确认")
    _finish(actor, slip, user, application, "confirm_by_phone", "phone", None)
    return user


def confirm_on_paper(actor: Actor, slip: Slip, seen: bool, version: int | None = None) -> None:
    """A second person has the signed slip before her, and it is the person's own signature.

    Raises:
        Invalid: she does not say that she has seen it. NotPermitted: she entered or photographed it herself.
        WrongState: no signature, or past the deadline.
    """
    if actor.user_id in (slip.entered_by, slip.uploaded_by):
        raise NotPermitted("您填的或者您拍的，要请另一个人看")
    if not seen:
        raise Invalid("看清签字和证件，再打勾", "seen")
    require_choosing(slip.batch.round)
    phone = facts_of(slip)["phone"]
    user = _register(actor, slip, None, {"slip": slip.id, "on_paper": True})
    application = _apply(actor, slip, user, "按本人签字的代填单")
    _finish(actor, slip, user, application, "confirm_on_paper", "paper", version)
    if phone:
        body = f"{slip.name}的报名已提交，报名号{application.number}。带证件到院校或者服务站，就能换成这个手机号登录。"
        text_message(phone, "报名已提交", body)


def send_back(actor: Actor, slip: Slip, why: str, version: int | None = None) -> None:
    """The signature or the picture will not do; the helper reads why, and the picture goes."""
    if not why.strip():
        raise Invalid("写明哪里不行，帮办员会看到", "why")
    paper = slip.file
    SLIP.move(slip, "return", actor, why=why.strip(), version=version, returned_because=why.strip(), file_id=None)
    forget(paper)


def _register(actor: Actor, slip: Slip, phone: str | None, detail: dict[str, Any]) -> User:
    facts = facts_of(slip)
    if user_by_identity(facts["identity"]) is not None:
        raise Invalid(HAS_ACCOUNT)
    person = {name: facts[name] for name in ("name", "identity_kind", "identity", "birth_date")}
    return register(actor, phone=phone, consents=SIGN_UP, detail=detail, **person)


def _apply(actor: Actor, slip: Slip, user: User, why: str) -> Application:
    """Everything on the slip, through the same commands as everybody's, handed in at once."""
    facts = facts_of(slip)
    application = applications.start(actor, slip.batch.round, user)
    application.assisted_by = slip.entered_by
    record("application", application.id, actor, "assisted", why=why,
           detail={"slip": slip.id, "station": slip.batch.station_id, "helper": slip.entered_by})
    applications.fill_profile(actor, application, start_point=facts["start_point"], district=facts["district"])
    if facts["categories"]:
        applications.claim_categories(actor, application, facts["categories"])
    applications.set_choices(actor, application, facts["tracks"], facts["adjustable"])
    if facts["guardian_phone"]:
        guardian = {name: facts[f"guardian_{name}"] for name in ("name", "relation", "phone")}
        applications.name_guardian(actor, application, **guardian)
    applications.submit(actor, application)
    return application


def _finish(
    actor: Actor, slip: Slip, user: User, application: Application, move: str, how: str, version: int | None
) -> None:
    if slip.file is not None:
        # From now on the signed paper is hers, and goes when what is held about her goes.
        slip.file.owner_id = user.id
    SLIP.move(
        slip, move, actor, version=version, how=how, user_id=user.id, application_id=application.id,
        confirmed_by=actor.user_id, confirmed_at=now(), **erased(),
    )  # fmt: skip
