"""Consents: versioned words, each given and withdrawn on its own. A row names the SHA-256 of the very words shown.

Changed words get a new version; the old ones stay in git and in the hashes of the rows that name them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.accounts.models import Consent, User
from app.core.clock import now
from app.core.db import add_lines, db
from app.core.errors import Invalid


@dataclass(frozen=True)
class Words:
    """What a consent says: ``short`` stands beside the tick, ``text`` is the whole (one paragraph per line)."""

    purpose: str
    title: str
    short: str
    version: str
    text: str
    withdrawal: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


_ALL = (
    Words(
        "terms", "服务协议", "平台做什么、不做什么，您和我们各有什么权利。", "2026-11",
        "平台帮院校、企业和报名的人互相找到：院校开订单班，企业留岗位，您报名、排志愿，录取后三方签预就业协议。\n"
        "平台由页面底部写明的主办单位运营。报名、录取、签约都不收费，任何人以平台名义收钱都是假的。\n"
        "您填的内容要是真的。材料查出是假的，报名作废，已签的协议可以解除。\n"
        "账号只能您自己用。院校老师可以教您怎么填，不能替您提交、替您接受、替您签字。\n"
        "录取按公布的规则算，由两位工作人员确认。每个志愿的结果都告诉您理由，您可以申请由人复核。\n"
        "您随时可以不用平台、申请注销。已经签好的协议不会因为注销失效。",
        "撤回后不能再报名。已经签好的协议不受影响。",
    ),
    Words(
        "personal_data", "个人信息处理", "您的姓名、手机号、出生日期、学历和志愿怎么用。", "2026-11",
        "用什么：姓名、手机号、出生日期、学历起点、人员类别、住址、志愿、材料和分数。\n"
        "做什么用：核对能不能报、排录取、发通知、签协议。不用来做广告，不卖给任何人。\n"
        "谁能看：您排了志愿的院校和联盟的协调员，为审核看；企业在您接受录取之前只看得到人数和打了星号的名单。\n"
        "提交报名时会再问您一次，写明是哪几所院校；接受录取时再问一次，写明是哪家企业。\n"
        "存多久：没有录取的，批次结束后按公布的月数删除身份信息；签了协议的，协议结束后存三年。\n"
        "您可以在“我的资料”里看、导出、更正、撤回同意，也可以要求删除。",
        "撤回后不能再报名，正在进行的报名要先撤回。",
    ),
    Words(
        "identity_number", "身份证件号（敏感个人信息）", "只用来确认是您本人、算年龄、防止一人报两次。", "2026-11",
        "证件号是敏感个人信息，所以单独问您。\n"
        "为什么要：国家规定未满14周岁不能注册、未满16周岁不能上岗，要靠它算年龄；一个人只能有一个账号；协议上要写。\n"
        "怎么存：加密存放，页面上只显示第一位和最后一位。每次有人看全号都留记录。\n"
        "给谁：签三方协议时写进协议，给签约的院校和企业。别的时候不给。\n"
        "不填的话不能注册，因为没有办法核对年龄。",
        "撤回后不能再报名。已经写进协议的不会删除。",
    ),
    Words(
        "schools_of_choices", "把报名资料给志愿里的院校", "只给您排了志愿的院校，用来审核和录取。", "2026-11.2",
        "给谁：您这次提交的志愿里写的院校，名单就在勾选的这一行。选了服从调剂的，还有后来安排您去的那一所。\n"
        "给什么：姓名、出生日期、学历起点、人员类别、材料、志愿顺序。\n"
        "做什么用：核对材料、打分、录取。改志愿时会按新的名单再问一次。",
        "撤回后，交了还没截止核对的报名跟着撤回。已经接受录取的，要先解除。",
    ),
    Words(
        "enterprise_of_placement", "把录取资料给录取您的企业", "接受录取以后，企业才看得到您的姓名和电话。", "2026-11",
        "给谁：录取您的那家企业，名字就在勾选的这一行。\n"
        "给什么：姓名、出生日期、证件号、住址、电话、学历起点。不给人员类别，企业不需要知道您有没有困难。\n"
        "做什么用：签三方预就业协议，安排师傅和实习，到期录用。",
        "撤回后这个录取和协议要先解除。",
    ),
    Words(
        "sensitive_category", "残疾、困难、脱贫这些类别", "自愿填写，只用来看年龄放宽和预留名额。", "2026-11",
        "这些类别是敏感个人信息，不填也能报名。\n"
        "填了有什么用：有的班给这些类别放宽年龄或者预留名额，要核验证明才算。\n"
        "谁能看：审核材料的院校老师和协调员。企业看不到，协议里也不写。",
        "撤回后不再按这个类别看，已经公布的结果不变。",
    ),
)  # fmt: skip
WORDS = {words.purpose: words for words in _ALL}
SIGN_UP = ("terms", "personal_data", "identity_number")


def give_consent(user: User, *purposes: str, detail: dict[str, Any] | None = None) -> None:
    """Record a consent for each purpose to the words as they are now; ``detail`` names the recipients where the law
    asks for it.

    Raises:
        KeyError: there are no words for a purpose.
    """
    at = now()
    add_lines(Consent, [
        {"user_id": user.id, "purpose": words.purpose, "text_version": words.version, "text_sha256": words.sha256,
         "detail": detail or {}, "given_at": at}
        for words in (WORDS[purpose] for purpose in purposes)
    ])  # fmt: skip


def withdraw_consent(user: User, purpose: str) -> int:
    """Withdraw every live consent of a purpose; the rows stay. Returns how many there were.

    Raises:
        Invalid: there is none.
    """
    done = db.session.execute(
        update(Consent).where(Consent.user_id == user.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now())
    )
    if not done.rowcount:
        raise Invalid("这一项现在没有同意，不用撤回")
    return int(done.rowcount)


def consents_of(user_id: int) -> Sequence[Consent]:
    """All consents of a person, newest first."""
    return db.session.scalars(select(Consent).filter_by(user_id=user_id).order_by(Consent.id.desc())).all()


def has_consent(user_id: int, purpose: str) -> bool:
    """Whether a consent of the purpose stands."""
    found = select(Consent.id).where(
        Consent.user_id == user_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def named_in(user_id: int, purpose: str, recipients: str, application: str) -> set[int]:
    """The ids under ``recipients`` ("schools", "enterprises") that this person's standing consents for one application
    (its number) name: to these, and to nobody else, may her data go."""
    rows = db.session.scalars(
        select(Consent.detail).where(
            Consent.user_id == user_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
    )
    return {each["id"] for detail in rows if detail.get("application") == application
            for each in detail.get(recipients, ())}  # fmt: skip


def named_by(user_ids: Collection[int], purpose: str, recipients: str) -> dict[tuple[int, str], set[int]]:
    """The same for many people at once, by person and application number; one statement."""
    rows = db.session.execute(
        select(Consent.user_id, Consent.detail).where(
            Consent.user_id.in_(list(user_ids)), Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
    ).tuples()
    found: dict[tuple[int, str], set[int]] = {}
    for user, detail in rows:
        named = found.setdefault((user, detail.get("application", "")), set())
        named.update(each["id"] for each in detail.get(recipients, ()))
    return found


# Built once: it is asked at every step of an application.
_GIVEN_AND_WITHDRAWN = (
    select(Consent.purpose, func.count(), func.count(Consent.withdrawn_at))
    .where(Consent.user_id == bindparam("user"))
    .group_by(Consent.purpose)
)


def withdrawn_purposes(user_id: int) -> set[str]:
    """The purposes that this person has withdrawn and not consented to again; one statement."""
    rows = db.session.execute(_GIVEN_AND_WITHDRAWN, {"user": user_id}).tuples()
    return {purpose for purpose, given, withdrawn in rows if given == withdrawn}


def withdrawn_by(user_ids: Collection[int], purpose: str) -> set[int]:
    """Which of these people have withdrawn their consent of a purpose and not given it again; one statement."""
    rows = db.session.execute(
        select(Consent.user_id, func.count(), func.count(Consent.withdrawn_at))
        .where(Consent.user_id.in_(list(user_ids)), Consent.purpose == purpose)
        .group_by(Consent.user_id)
    ).tuples()
    return {user for user, given, withdrawn in rows if given == withdrawn}
