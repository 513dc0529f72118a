"""The whole agreement as words in order: what is hashed, what is typeset and what a page may show.

Hash and print start from the same tree, so a signer's hash names exactly the words on the paper.
"""

import hashlib
from dataclasses import dataclass

from app.agreements.annexes import Annex, annexes
from app.agreements.clauses import TEMPLATE_VERSION, Clause, clauses
from app.agreements.terms import Terms, canonical_json, terms_to_dict
from app.agreements.wording import or_dash, ordinal, percent, span, times, trial, yuan_range
from app.law.verdict import chinese_date

TITLE = "三方预就业协议"
SUBTITLE = "预约合同"
LEAD = "这是一份预约合同，不是劳动合同，也不替代岗位实习三方协议。"
PREAMBLE = (
    "三方在此约定将来按什么条件录用。岗位实习之前，另签岗位实习三方协议；正式用工之日起一个月内，另签书面劳动合同。",
    "协议三方本着自愿、平等、诚信的原则，就订单培养和毕业后录用达成以下约定。",
)
CLOSING = "签署人确认：已经阅读全文和各附件，明白标有“重要条款”的各条和附件D的提示，自愿签署。"


@dataclass(frozen=True)
class Group:
    """A group of particulars on the first pages. `glyph` is the seal's sign, `role` the word beside it."""

    glyph: str
    role: str
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Paper:
    """All words of one agreement, without number, state and signatures, which come after the words."""

    parties: tuple[Group, ...]
    outline: tuple[Group, ...]
    clauses: tuple[Clause, ...]
    annexes: tuple[Annex, ...]


def paper(terms: Terms) -> Paper:
    """Lay out the words of these terms. Raises ValueError when the terms name another template version."""
    if terms.template_version != TEMPLATE_VERSION:
        raise ValueError(f"template {terms.template_version} is not {TEMPLATE_VERSION}: show the stored document")
    return Paper(_parties(terms), _outline(terms), tuple(clauses(terms)), tuple(annexes(terms)))


def document_text(terms: Terms) -> str:
    """Return every word a signer sees as plain lines, in reading order, the template version first."""
    words = paper(terms)
    lines = [f"模板版本 {terms.template_version}", TITLE, SUBTITLE, LEAD, *PREAMBLE]
    for group in (*words.parties, *words.outline):
        lines += [f"{group.glyph} {group.role} {group.title}", *(f"{label}：{value}" for label, value in group.rows)]
    for clause in words.clauses:
        lines.append(f"第{ordinal(clause.number)}条 {clause.title}" + (" 重要条款" if clause.key else ""))
        lines += [f"{clause.number}.{index} {text}" for index, text in enumerate(clause.paragraphs, 1)]
    lines += [CLOSING, f"见证 {terms.alliance.name}"]
    for annex in words.annexes:
        lines += [f"附件{annex.letter} {annex.title}", *annex.before]
        lines += ["｜".join(row) for row in ((annex.head,) if annex.head else ()) + annex.rows + annex.marks]
        lines += annex.after
    return "\n".join(lines) + "\n"


def text_sha256(terms: Terms) -> str:
    """Return the hash a signature names: SHA-256, 64 hex digits, over words and terms together.

    Hashed is the canonical JSON of `{"terms": …, "text": document_text}`. The words alone would do for a reader; the
    terms are bound in as well so that no two different sets of terms can ever share a text.
    """
    content = canonical_json({"terms": terms_to_dict(terms), "text": document_text(terms)})
    return hashlib.sha256(content.encode()).hexdigest()


def _parties(terms: Terms) -> tuple[Group, ...]:
    firm, school, student, witness = terms.enterprise, terms.school, terms.student, terms.alliance
    groups = [
        Group("企", "甲方", "企业", _rows(
            ("名称", firm.name), ("统一社会信用代码", firm.credit_code), ("住所", firm.address),
            ("法定代表人", firm.legal_representative), ("联系人", firm.contact), ("电话", firm.phone))),
        Group("校", "乙方", "院校", _rows(
            ("名称", school.name), ("院校代码", school.code), ("地址", school.address),
            ("负责人", school.head), ("联系人", school.contact), ("电话", school.phone))),
        Group("人", "丙方", "学生", _rows(
            ("姓名", student.name), ("出生日期", chinese_date(student.birth_date)),
            (student.id_kind, student.id_number), ("起点学历", student.start_point), ("住址", student.address),
            ("电话", student.phone))),
    ]
    if guardian := terms.guardian:
        groups.append(Group("护", "监护人", "丙方未满十八周岁", _rows(
            ("姓名", guardian.name), ("与丙方关系", guardian.relation), ("电话", guardian.phone))))
    groups.append(Group("证", "见证", "集团（联盟）", _rows(
        ("名称", witness.name), ("牵头单位", witness.lead), ("电话", witness.phone))))
    return tuple(groups)


def _outline(terms: Terms) -> tuple[Group, ...]:
    group, plan, post, job = terms.order_class, terms.training, terms.position, terms.employment
    practice = terms.internship
    return (
        Group("学", "订单班", "课时见附件A", _rows(
            ("名称", group.name), ("专业", group.major), ("层次", group.level),
            ("学制", f"{group.years}年，{group.study_mode}"), ("入学日", chinese_date(group.enrolment_date)),
            ("车间教学占比", percent(plan.workshop_permille)),
            ("核心技能实操", f"普通班的{times(plan.practice_percent)}"))),
        Group("习", "岗位实习", "另签实习协议", _rows(
            ("最早开始", chinese_date(practice.earliest_start)), ("时间", span(practice.months)),
            ("报酬", practice.pay_rule)
        ) if practice else _rows(("安排", "不安排岗位实习"))),
        Group("职", "毕业后录用", "条件见附件B", _rows(
            ("岗位", post.name), ("工资", f"每月{yuan_range(job.wage_min, job.wage_max)}"),
            ("拟入职", chinese_date(job.start_date)), ("试用期", trial(job.probation_months, job.probation_wage)),
            ("地点", post.place), ("合同期限", span(job.contract_months)))),
        Group("期", "期限", "签署与履行", _rows(
            ("签署截止", chinese_date(terms.validity.sign_by)),
            ("有效期至", chinese_date(terms.validity.valid_until)))),
    )


def _rows(*rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, or_dash(value)) for label, value in rows)
