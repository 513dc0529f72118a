"""Consent to personal information: named recipients, sensitive categories, and a person behind every decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.law.catalogue import rule
from app.law.verdict import OK, Fault, Verdict, broken
from app.law.words import CATEGORIES, SENSITIVE_CATEGORIES

_TEST = "test_consents.py"


@rule(
    "consent_names_recipients",
    article="《个人信息保护法》第二十三条",
    says="提交时逐个写明要看资料的院校，接受时写明企业；没写到的不能看",
    tested_by=_TEST,
)
def consent_covers(named: Collection[int], recipients: Mapping[int, str]) -> Verdict:
    """Whether a separate consent names every recipient; ``recipients`` maps its id to the name shown."""
    left_out = [name for key, name in recipients.items() if key not in named]
    if not left_out:
        return OK
    return broken("consent_names_recipients", f"还没有同意把资料给{'、'.join(left_out)}", "consent", left_out)


@rule(
    "sensitive_category",
    article="《个人信息保护法》第二十八条、第二十九条",
    says="残疾、困难、脱贫这些类别自愿填写，要单独同意",
    tested_by=_TEST,
)
def sensitive_category_consented(category: str, consented: bool) -> Verdict:
    """Whether a category may be kept: the sensitive ones need a consent of their own."""
    if consented or category not in SENSITIVE_CATEGORIES:
        return OK
    name = CATEGORIES.get(category, category)
    return broken("sensitive_category", f"{name}可以不填。要填，请先单独勾选同意", "category_consent")


@rule(
    "human_decision",
    article="《个人信息保护法》第二十四条",
    says="录取由人确认、换人批准，每个志愿都有理由，可以申请复核",
    tested_by=_TEST,
)
def decided_by_people(proposed_by: object | None, approved_by: object | None) -> Verdict:
    """Whether a result may be published: one person proposed it, another approved it."""
    if proposed_by is None or approved_by is None:
        return Verdict((Fault("human_decision", "要一个人提交、另一个人批准，才能公布"),))
    if proposed_by == approved_by:
        return Verdict((Fault("human_decision", "提交的人不能自己批准，请换一个人"),))
    return OK
