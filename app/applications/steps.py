"""The applicant's list: what is done, what is missing, and the one thing to do next. No addresses here: a step has a
key, and the page knows where it leads; only what a feature above adds brings its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.applications.guardians import is_minor
from app.applications.models import Application
from app.applications.papers import expected
from app.applications.windows import may_choose
from app.core.dates import said
from app.core.labels import DISTRICTS, RELATIONS, START_POINTS, label

CHANGEABLE = ("draft", "returned")
# What else a person has to do once her result is out: features above add a function from an application to steps.
LATER: list[Callable[[Application], list[Step]]] = []
PAPER_STATES = ("returned", "missing", "uploaded", "verified")


@dataclass(frozen=True)
class Step:
    """``tone`` is idle · now · done · wait · stop; ``go`` is the link's text, empty where nothing can be done."""

    key: str
    title: str
    state: str
    tone: str
    more: str
    go: str = ""
    here: bool = False
    href: str = ""


def steps_of(application: Application) -> list[Step]:
    """All steps in order; the one to do next is marked ``here``, where there is one."""
    steps = [_profile(application), _papers(application)]
    if is_minor(application) or application.guardian is not None:
        steps.append(_guardian(application))
    steps += [_choices(application), _submit(application)]
    if application.state in ("withdrawn", "left_out"):
        return [replace(step, go="") for step in steps]
    later = [step for look in LATER for step in look(application)] if application.state == "in_round" else []
    return _mark_next(application, steps, later)


def _mark_next(application: Application, steps: list[Step], later: list[Step]) -> list[Step]:
    urgent = [step for step in steps if step.tone == "stop" and step.go]
    open_ones = [step for step in steps if step.tone == "now" and step.go] if application.state in CHANGEABLE else []
    steps = [*steps, *later]
    first = next(iter([*later, *urgent, *open_ones]), None)
    return [replace(step, here=step is first) for step in steps]


def _profile(application: Application) -> Step:
    title = "填个人信息"
    if not application.start_point or not application.district:
        return Step("profile", title, "还没填", "now", "学历和住处，两分钟填完。", "去填个人信息")
    more = f"{label(START_POINTS, application.start_point)}学历，住{label(DISTRICTS, application.district)}。"
    go = "看看、修改" if application.state in CHANGEABLE and may_choose(application.round) else ""
    return Step("profile", title, "已填好", "done", more, go)


def _papers(application: Application) -> Step:
    title, papers = "传证明材料", expected(application)
    counted = {state: [p for p in papers if p.state == state] for state in PAPER_STATES}
    if counted["returned"]:
        paper = counted["returned"][0]
        because = paper.paper.returned_because if paper.paper else ""
        return Step("papers", title, "要重拍", "stop", f"{paper.name}：{because}。", f"去重拍{paper.name}")
    if not papers:
        return Step("papers", title, "先填信息", "idle", "填好个人信息，就知道要交哪几份。")
    if counted["missing"]:
        names = "、".join(paper.name for paper in counted["missing"])
        until = said(application.round.evidence_due)
        more = f"{names}。{until}前交齐就行。"
        return Step("papers", title, f"还差{len(counted['missing'])}份", "now", more, "去传材料")
    if counted["uploaded"]:
        return Step("papers", title, "等核验", "wait", f"{len(papers)}份都交了，等老师看。", "看材料")
    return Step("papers", title, "已核验", "done", f"{len(papers)}份都通过了。", "看材料")


def _guardian(application: Application) -> Step:
    title, guardian = "监护人同意", application.guardian
    if guardian is None:
        more = "您未满18岁，报名要家长同意。填家长自己的手机号。"
        return Step("guardian", title, "还没填", "now", more, "去填监护人")
    who = f"{label(RELATIONS, guardian.relation)}（{guardian.phone_hint}）"
    if guardian.state == "agreed":
        return Step("guardian", title, "已同意", "done", f"{who}已经同意。")
    if guardian.state == "refused":
        return Step("guardian", title, "没同意", "stop", f"{who}没有同意。商量好，改志愿后再提交。", "看监护人")
    if application.state == "awaiting_guardian":
        until = said(application.round.guardian_due)
        return Step("guardian", title, "等家人", "wait", f"已发短信给{who}。{until}前点同意才算数。", "再发一次短信")
    return Step("guardian", title, "已填好", "done", f"短信发给{who}了。您提交以后，请家长点同意。", "看监护人")


def _choices(application: Application) -> Step:
    title, count, most = "排志愿", len(application.choices), application.round.max_choices
    if not count:
        return Step("add_choices", title, "还没选", "now", f"最多{most}个，最想去的放第1。", "去选志愿")
    if application.state in CHANGEABLE and may_choose(application.round):
        return Step("choices", title, f"已存{count}个", "done", f"最多{most}个，截止前随时能改。", "去看看、调顺序")
    return Step("choices", title, f"{count}个", "done", "您交的是这些。", "看志愿")


def _submit(application: Application) -> Step:
    title, state = "提交报名", application.state
    if state in ("submitted", "checked", "in_round"):
        says = {"submitted": "已提交", "checked": "已核对", "in_round": "等结果"}[state]
        return Step("receipt", title, says, "done", f"回执号{application.receipt_code}。", "看回执")
    if state == "awaiting_guardian":
        return Step("receipt", title, "等家人", "wait", "您已经提交。家长同意后才算数。", "看回执")
    if state == "returned":
        return Step("submit", title, "要再交一次", "stop", f"老师说：{application.returned_because}", "补好了，去提交")
    if state == "withdrawn":
        return Step("submit", title, "已撤回", "idle", "这一批不会录取您。")
    if state == "left_out":
        return Step("submit", title, "没交上", "idle", "截止时还没有提交。下一批或者补录还可以报。")
    if _ready(application):
        return Step("submit", title, "可以提交", "now", "看一遍，提交后给您一张回执。", "去提交")
    return Step("submit", title, "还没到", "idle", "前面做完就能提交。提交后给您一张回执。")


def _ready(application: Application) -> bool:
    from app.applications.service import missing

    return may_choose(application.round) and not missing(application)
