"""What pages show of an agreement: whose turn it is, what it is about, who has signed; all in words, without HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.agreements import service
from app.agreements.models import Agreement, Ending
from app.agreements.queries import shows_person
from app.agreements.states import AGREEMENT, IN_FORCE, OVER, SIGNING, TURNS
from app.agreements.wording import trial, yuan_range
from app.core.actor import Actor
from app.core.dates import day, moment
from app.core.identifiers import mask_name
from app.placements.models import Placement
from app.positions.models import Position

# In signing order: the sign in the seal, and the word beside it.
PARTIES = {
    "student": ("人", "本人"), "guardian": ("护", "监护人"), "enterprise": ("企", "企业"), "school": ("校", "院校"),
}  # fmt: skip
HOW = {"online": "在线确认", "paper": "纸质上传"}
TONES = {
    "in_force": "done", "fulfilled": "done", "returned": "stop", "refused": "idle", "withdrawn": "idle",
    "expired": "idle", "ended": "idle", "void": "stop", "draft": "idle",
}  # fmt: skip


def tone(state: str) -> str:
    """The chip's tone of a state; whatever waits for somebody is ``wait``."""
    return TONES.get(state, "wait")


def parties(agreement: Agreement) -> list[str]:
    """Who has to sign, in order."""
    return [party for party in PARTIES if party != "guardian" or agreement.guardian_id is not None]


def turn_rows(agreement: Agreement, me: str | None = None) -> list[dict[str, Any]]:
    """Rows of ``ui.turn``: who has signed when, whose turn it is, who comes later."""
    made = {s.party: s for s in service.current(agreement).signatures}
    turn = TURNS.get(agreement.state)
    required = parties(agreement)
    rows = []
    for party in required:
        glyph, name = PARTIES[party]
        if party in made:
            says, how = day(made[party].at), "done"
        elif party == turn:
            says, how = ("轮到您" if party == me else "等签"), "next"
        elif agreement.state in SIGNING:
            says, how = ("最后" if party == required[-1] else "还没到"), ""
        else:
            says, how = "没签", ""
        rows.append({"glyph": glyph, "name": name, "state": says, "tone": how, "you": party == turn == me})
    return rows


def headline(agreement: Agreement, me: str | None) -> str:
    """The sentence over the four seals."""
    turn = TURNS.get(agreement.state)
    if turn == me and turn is not None:
        return "现在轮到您"
    if turn is not None:
        return f"现在等{PARTIES[turn][1]}签"
    return {
        "returned": "退回去改了，改好重新发",
        "in_force": "都签好了，已经生效",
        "ending_asked": "有人申请解除，还在办",
        "ending_agreed": "双方同意解除，等院校审核",
    }.get(agreement.state, f"这份协议{AGREEMENT.states[agreement.state]}")


def position_of(placement: Placement) -> Position | None:
    return placement.position or placement.track.position


@dataclass(frozen=True)
class Line:
    """An agreement in a list: the row, and the name as this reader may see it."""

    agreement: Agreement
    name: str
    post: str
    tone: str
    state: str


def line(actor: Actor, agreement: Agreement) -> Line:
    name = agreement.placement.application.user.name
    position = position_of(agreement.placement)
    return Line(
        agreement,
        name if shows_person(actor, agreement) else mask_name(name),
        position.name if position else "",
        tone(agreement.state),
        AGREEMENT.states[agreement.state],
    )


def person_rows(actor: Actor, agreement: Agreement) -> list[tuple[str, str]]:
    """The student for the desk: identity and phone masked; the paper itself has them in full."""
    application = agreement.placement.application
    if not shows_person(actor, agreement):
        return [("姓名", mask_name(application.user.name))]
    user = application.user
    rows = [("姓名", user.name), ("证件号", user.identity_hint), ("电话", user.phone_hint)]
    guardian = application.guardian if agreement.guardian_id else None
    return rows + ([("监护人", f"{guardian.name} {guardian.phone_hint}")] if guardian else [])


def term_rows(agreement: Agreement) -> list[tuple[str, str]]:
    """The terms that decide, from the frozen revision."""
    terms = service.terms_in(service.current(agreement))
    job, cls = terms.employment, terms.order_class
    return [
        ("工资", f"每月{yuan_range(job.wage_min, job.wage_max)}"),
        ("岗位", f"{terms.position.name}，{terms.position.shift}"),
        ("企业", terms.enterprise.name),
        ("院校", terms.school.name),
        ("订单班", f"{cls.name}，{cls.level}，{cls.years}年"),
        ("入学", day(cls.enrolment_date)),
        ("拟入职", day(job.start_date)),
        ("试用期", trial(job.probation_months, job.probation_wage)),
        ("签署截止", moment(agreement.sign_by)),
        ("有效期至", day(terms.validity.valid_until)),
    ]


def signature_rows(agreement: Agreement) -> list[dict[str, str]]:
    """Who signed the present revision, for whom, when, how, and the first digits of the record's own hash."""
    return [
        {
            "party": PARTIES[s.party][1],
            "name": s.signer_name,
            "for_whom": s.on_behalf_of,
            "at": moment(s.at),
            "how": HOW[s.how],
            "hash": service.record_hash(s)[:12],
        }
        for s in service.current(agreement).signatures
    ]


def check_rows(agreement: Agreement) -> list[tuple[str, str]]:
    """What anybody with the paper may see: organisations by name, persons by their family character only."""
    application = agreement.placement.application
    revision = service.current(agreement)
    rows = [
        ("编号", agreement.number),
        ("第几稿", f"第{agreement.revision_number}稿"),
        ("甲方（企业）", agreement.enterprise.name),
        ("乙方（院校）", agreement.school.name),
        ("丙方（学生）", _initial(application.user.name)),
    ]
    if agreement.guardian_id is not None and application.guardian is not None:
        rows.append(("监护人", _initial(application.guardian.name)))
    signed = "、".join(f"{PARTIES[s.party][1]}{day(s.at)}" for s in revision.signatures)
    rows.append(("已经签的", signed or "还没有人签"))
    if agreement.in_force_at is not None:
        rows.append(("生效时间", moment(agreement.in_force_at)))
    return rows


def _initial(name: str) -> str:
    return f"{name.strip()[:1]}＊"


def verdict(agreement: Agreement) -> tuple[str, str, str]:
    """Of a checked paper: tone, the word, and the sentence that decides."""
    if agreement.state in ("in_force", "fulfilled"):
        return "done", AGREEMENT.states[agreement.state], "这份协议是真的，已经生效。"
    if agreement.state in IN_FORCE:
        return "wait", AGREEMENT.states[agreement.state], "这份协议是真的，还有效；正在办解除。"
    if agreement.state in OVER:
        return "stop", AGREEMENT.states[agreement.state], "这份协议是真的，但现在没有效力。"
    return "wait", "未生效", f"这份协议是真的，还没有生效，现在是“{AGREEMENT.states[agreement.state]}”。"


def ending_rows(ending: Ending, *, sees_ground: bool) -> list[tuple[str, str]]:
    """A request to end, for a page. Why a student gives notice may be an illness: the enterprise does not read it."""
    from app.agreements.endings import GROUNDS

    rows = [("谁申请的", PARTIES[ending.asked_by][1]), ("什么时候", moment(ending.asked_at))]
    if ending.notice and not sees_ground:
        rows.append(("理由", "属于协议第11条写明的情形"))
    else:
        rows.append(("理由", GROUNDS[ending.asked_by][ending.ground]))
        rows += [("说明", ending.why)] if ending.why else []
    rows += [("对方答复", ending.answer)] if ending.answer else []
    rows.append(("最晚", moment(ending.due_at)))
    return rows
