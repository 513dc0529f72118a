"""The six terms a student ticks one by one before signing, in words one can say aloud (民法典 §496, annex D)."""

from dataclasses import dataclass

from app.agreements.terms import Terms
from app.agreements.wording import span, yuan


@dataclass(frozen=True)
class KeyTerm:
    """One term to tick. `name` is the form field, `clauses` the numbers of those that say it in full."""

    name: str
    title: str
    text: str
    clauses: tuple[int, ...]


def key_terms(terms: Terms) -> list[KeyTerm]:
    """Return the six key terms in the order of the signing page and of annex D."""
    post = terms.position
    return [
        KeyTerm("wage", "工资", _wage(terms), (8,)),
        KeyTerm("post", "岗位和地点", f"{post.name}，{post.place}，{post.shift}。", (8,)),
        KeyTerm("intern", "实习的钱", _internship_pay(terms), (7,)),
        KeyTerm("free", "不收您的钱", "不收押金、保证金、报名费，不扣身份证和毕业证。", (9,)),
        KeyTerm("leave", "您可以反悔", "升学、参军、生大病、家里出了变故，都可以解除，不赔钱。", (11,)),
        KeyTerm("cond", "企业什么时候要您", _hiring(terms), (8, 12)),
    ]


def _wage(terms: Terms) -> str:
    job = terms.employment
    low, high = f"{job.wage_min:,}", f"{job.wage_max:,}"
    amount = f"{low}元" if low == high else f"{low}–{high}元"
    if not job.probation_months:
        return f"每月{amount}，没有试用期。"
    return f"转正后每月{amount}。试用{span(job.probation_months)}，每月不低于{yuan(job.probation_wage)}。"


def _internship_pay(terms: Terms) -> str:
    if terms.internship is None:
        return "这个班不安排岗位实习。"
    return f"第1年不安排岗位实习。实习报酬{terms.internship.pay_rule}，按月发，直接给您。"


def _hiring(terms: Terms) -> str:
    conditions = "；".join(condition.rstrip("。；") for condition in terms.hiring_conditions)
    months = terms.remedies.compensation_months
    owed = f"给您{yuan(months * terms.employment.wage_min)}" if months else "承担责任"
    return f"{conditions}。都做到了，企业就要录用；无故不录用，企业{owed}。"
