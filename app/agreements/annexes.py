"""The annexes: A hours of the training plan, B notice of position and conditions, C guardian's consent, D key terms."""

from dataclasses import dataclass

from app.agreements.key_terms import key_terms
from app.agreements.terms import GuardianParty, Terms, YearHours
from app.agreements.wording import or_dash, ordinal, percent, span, times, trial, yuan_range
from app.law.verdict import chinese_date


@dataclass(frozen=True)
class Annex:
    """One annex: words before the table, its head and rows (all text), words after it.

    `form` says how it is laid out: `hours` (figures, the last row sums them, then `marks` in three columns), `notice`
    (two columns, no head), `consent` or `ticks`.
    """

    letter: str
    title: str
    form: str
    before: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()


def annexes(terms: Terms) -> list[Annex]:
    """Return annexes A, B and D, and C in its place when a guardian consents."""
    consent = [_consent(terms, terms.guardian)] if terms.guardian else []
    return [_hours(terms), _notice(terms), *consent, _ticks(terms)]


def _hours(terms: Terms) -> Annex:
    plan, group, total = terms.training, terms.order_class, terms.training.total
    rows = [_hours_row(f"第{ordinal(row.year)}学年", row) for row in plan.hours]
    return Annex(
        "A",
        "培养计划课时表",
        "hours",
        before=(f"{group.name}，{group.major}，{group.level}，学制{group.years}年，{group.study_mode}。单位：课时。",),
        head=("学年", "专业课时", "其中车间教学", "核心技能实操", "普通班同类实操"),
        rows=(*rows, _hours_row("合计", total)),
        marks=(
            ("车间教学占专业课时", percent(plan.workshop_permille), "不低于50%"),
            ("核心技能实操为普通班的", times(plan.practice_percent), "不低于1.5倍"),
            ("学校导师", or_dash(plan.school_teacher), "乙方指派；更换的，告知丙方"),
            ("企业师傅", or_dash(plan.enterprise_mentor), "甲方指派；更换的，告知丙方"),
            ("证书目标", or_dash(plan.certificate), "由乙方组织评价"),
        ),
        after=("占比和倍数按合计计算，尾数舍去。车间教学课时与岗位实习时间分别计算，互不抵充。",),
    )


def _hours_row(name: str, row: YearHours) -> tuple[str, ...]:
    counts = (row.professional, row.workshop, row.core_practice, row.ordinary_core_practice)
    return (name, *(f"{count:,}" for count in counts))


def _notice(terms: Terms) -> Annex:
    post, job = terms.position, terms.employment
    plan = terms.internship
    practice = "不安排岗位实习"
    if plan:
        practice = f"{chinese_date(plan.earliest_start)}起，{span(plan.months)}，报酬{plan.pay_rule}"
    return Annex(
        "B",
        "岗位与工作条件告知书",
        "notice",
        before=(f"{terms.enterprise.name}依照《中华人民共和国劳动合同法》第八条，向{terms.student.name}告知如下：",),
        rows=(
            ("岗位名称", post.name),
            ("预留名额", f"{post.headcount}个"),
            ("工作内容", or_dash(post.duties)),
            ("工作地点", post.place),
            ("工时制度", post.hours_system),
            ("班次与休息", post.shift),
            ("工作条件", or_dash(post.conditions)),
            ("职业危害因素", "、".join(post.hazards) or "经评估，没有职业危害因素"),
            ("防护与安全", or_dash(post.protection)),
            ("岗位实习", practice),
            ("试用期", trial(job.probation_months, job.probation_wage)),
            ("工资", f"每月{yuan_range(job.wage_min, job.wage_max)}（税前）"),
            ("社会保险", job.insurance),
        ),
        after=("甲方保证以上内容属实。签署本协议即表示丙方已经阅读本告知书，并有机会就其中每一项向甲方提问。",),
    )


def _consent(terms: Terms, guardian: GuardianParty) -> Annex:
    student, post = terms.student, terms.position
    return Annex(
        "C",
        "监护人同意书",
        "consent",
        before=(
            f"本人{guardian.name}，是{student.name}（{chinese_date(student.birth_date)}出生）的{guardian.relation}，"
            f"联系电话{guardian.phone}。",
            f"本人已经阅读《三方预就业协议》全文和各附件，知道{student.name}将就读{terms.school.name}{terms.order_class.name}，"
            f"毕业后按约定条件到{terms.enterprise.name}从事{post.name}工作，也知道本协议不是劳动合同。",
            f"本人知道任何一方不得收取押金、保证金、报名费和就业服务费；{student.name}可以因升学、参军、重大疾病或者家庭变故解除"
            "本协议，不承担违约金。",
            f"本人同意{student.name}签署本协议。这一同意由本人自愿作出，没有人替本人作出。",
        ),
        rows=(("监护人", guardian.name), ("与丙方关系", guardian.relation), ("联系电话", guardian.phone)),
    )


def _ticks(terms: Terms) -> Annex:
    return Annex(
        "D",
        "重要条款提示",
        "ticks",
        before=("以下六条与丙方关系最大。丙方签署前逐条阅读、逐条勾选；有一条不明白，就先不签。",),
        rows=tuple(
            (term.title, term.text, f"第{'、'.join(map(str, term.clauses))}条") for term in key_terms(terms)
        ),
        after=("提示用语从简，以正文条款为准；两者不一致的，按有利于丙方的理解执行。",),
    )
