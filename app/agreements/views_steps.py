"""One-question steps on an agreement: return, refuse, withdraw, void … Each is a page that says what will happen, asks
why, and does it. They differ only in what the table below says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app import permissions
from app.accounts.service import prove
from app.agreements import queries, service
from app.agreements.blueprint import bp
from app.agreements.forms import MayWhyForm, ProvedMayWhyForm, ProvedWhyForm, RefusalForm, WhyForm
from app.agreements.models import Agreement
from app.agreements.states import AGREEMENT
from app.core.actor import Actor
from app.core.errors import WrongState
from app.core.web import done, requires, trying

Command = Callable[[Actor, Agreement, Any], object]


@dataclass(frozen=True)
class Step:
    """One step: where it lies, who may, when it is open, what the page says, what it does."""

    name: str
    permission: str
    form: type[Any]
    link: str
    title: str
    lead: str
    button: str
    says: str
    open: Callable[[Actor, Agreement], bool]
    do: Command
    drop: bool = False

    def page(self, agreement: Agreement, form: Any) -> str:
        phone = service.party_of(g.actor, agreement) in ("student", "guardian")
        layout = "layout/phone.html" if phone else "layout/desk.html"
        return render_template("agreements/step.html", step=self, agreement=agreement, form=form, layout=layout)

    def ask(self, agreement: Agreement) -> ResponseReturnValue:
        self._require_open(agreement)
        return self.page(agreement, self.form(version=agreement.version))

    def carry_out(self, agreement: Agreement) -> ResponseReturnValue:
        self._require_open(agreement)
        form = self.form()
        with trying(form, lambda: self.page(agreement, form)):
            if "proof" in form:
                prove(g.actor, form.proof.data)
            self.do(g.actor, agreement, form)
        return done("agreements.show", self.says, agreement_id=agreement.id)

    def _require_open(self, agreement: Agreement) -> None:
        if not self.open(g.actor, agreement):
            raise WrongState(f"这份协议现在是“{AGREEMENT.states[agreement.state]}”，不能{self.link}")


def _mine(actor: Actor, agreement: Agreement) -> bool:
    return service.party_of(actor, agreement) in ("student", "guardian")


def _coordinates(actor: Actor, agreement: Agreement) -> bool:
    return agreement.placement.round.alliance_id in actor.alliances


STEPS = (
    Step(
        "return", "agreement.return", WhyForm, "退回修改", "退回修改",
        "写明哪里不对。改好会重新发给本人，已经签的全部不算，从本人开始重新签。",
        "退回，写明的地方要改", "已退回，协调员会改",
        service.may_send_back,
        lambda actor, row, form: service.send_back(actor, row, form.why.data, form.seen_version()),
    ),
    Step(
        "refuse", "agreement.refuse", ProvedMayWhyForm, "拒绝这份协议", "不签这份协议",
        "拒绝以后，名额让给后面的人，不能再要回来。不罚款，还能参加补录。", "我拒绝这份协议", "已拒绝，名额让出了",
        lambda actor, row: _mine(actor, row) and AGREEMENT.allows(row, "refuse"),
        lambda actor, row, form: service.refuse(actor, row, form.why.data or "", form.seen_version()), drop=True,
    ),
    Step(
        "ask-refusal", "agreement.ask_refusal", RefusalForm, "提出不录用", "提出不录用",
        "只有下面几种情况可以不录用。写明事实，协调员核对属实才算；核对前名额给本人留着。", "提出不录用，请协调员核对",
        "已提出，等协调员核对",
        lambda actor, row: service.party_of(actor, row) == "enterprise" and row.state == "awaiting_enterprise",
        lambda actor, row, form: service.ask_refusal(
            actor, row, form.ground.data, form.why.data, form.seen_version()), drop=True,
    ),
    Step(
        "revise", "agreement.issue", MayWhyForm, "改好了，再发一稿", "再发一稿",
        "按岗位、班和报名现在的内容写新的一稿，发给本人重新签。先把要改的地方改好再发。",
        "发出新的一稿", "新的一稿发出了",
        lambda actor, row: _coordinates(actor, row) and row.state == "returned",
        lambda actor, row, form: service.revise(actor, row, form.why.data or "", form.seen_version()),
    ),
    Step(
        "withdraw", "agreement.issue", WhyForm, "撤回这份协议", "撤回协议",
        "撤回以后，这份协议作罢，名额还是本人的，可以重新发一份。", "撤回这份协议", "已撤回，名额还是本人的",
        lambda actor, row: _coordinates(actor, row) and AGREEMENT.allows(row, "withdraw"),
        lambda actor, row, form: service.withdraw(actor, row, form.why.data, form.seen_version()), drop=True,
    ),
    Step(
        "confirm-refusal", "agreement.void", ProvedWhyForm, "核对属实，不录用", "确认不录用",
        "核对过企业说的事实再确认。确认以后名额让出，本人会看到您写的结果。",
        "核对属实，确认不录用", "已确认，本人已经收到通知",
        lambda actor, row: _coordinates(actor, row) and row.state == "returned" and bool(row.refusal_ground),
        lambda actor, row, form: service.confirm_refusal(actor, row, form.why.data, form.seen_version()), drop=True,
    ),
    Step(
        "void", "agreement.void", ProvedWhyForm, "作废这份协议", "作废协议",
        "只用于不该生效的协议，例如冒名签字、材料造假。作废以后名额让出，三方都会看到原因。", "作废这份协议", "已作废",
        lambda actor, row: _coordinates(actor, row) and AGREEMENT.allows(row, "void"),
        lambda actor, row, form: service.void(actor, row, form.why.data, form.seen_version()), drop=True,
    ),
)  # fmt: skip


def open_steps(actor: Actor, agreement: Agreement) -> list[Step]:
    """The steps this actor may take now."""
    return [s for s in STEPS if permissions.allows(actor, s.permission, agreement) and s.open(actor, agreement)]


for _step in STEPS:
    _guard = requires(_step.permission, load=queries.agreement_seen_by)
    _path, _name = f"/agreements/<int:agreement_id>/{_step.name}", _step.name.replace("-", "_")

    def _ask(agreement: Agreement, step: Step = _step) -> ResponseReturnValue:
        return step.ask(agreement)

    def _carry_out(agreement: Agreement, step: Step = _step) -> ResponseReturnValue:
        return step.carry_out(agreement)

    bp.get(_path, endpoint=f"{_name}_page")(_guard(_ask))
    bp.post(_path, endpoint=_name)(_guard(_carry_out))
