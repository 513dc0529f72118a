"""The fifteen clauses of the three-party pre-employment agreement (三方预就业协议).

The agreement is a pre-contract in the sense of 民法典 §495. It is not a labour contract and does not stand in for the
internship agreement, and it says so before anything else. The articles cited are read from the laws' texts; a lawyer
of the lead agency approves the wording before real use.

The wording belongs to TEMPLATE_VERSION. Change one sign of it and the version must change too, because signatures
name the hash of the words; a test holds the hash of a sample agreement and fails otherwise.
"""

from dataclasses import dataclass

from app.agreements.terms import Terms
from app.agreements.wording import hours, numbered, percent, span, times, yuan, yuan_range
from app.law.verdict import chinese_date

TEMPLATE_VERSION = "2026.11-1"


@dataclass(frozen=True)
class Clause:
    """One clause. `key` marks a clause the law wants pointed out to the student (民法典 §496)."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    key: bool = False


def clauses(terms: Terms) -> list[Clause]:
    """Return the fifteen clauses, filled in with these terms, in order."""
    return [
        Clause(1, "性质与依据", _nature(terms), key=True),
        Clause(2, "三方与订单班", _parties(terms)),
        Clause(3, "甲方承诺", _enterprise(terms)),
        Clause(4, "乙方承诺", _school(terms)),
        Clause(5, "丙方承诺", _student(terms)),
        Clause(6, "年龄与监护", _age(terms)),
        Clause(7, "实习衔接", _internship(terms), key=True),
        Clause(8, "录用衔接", _employment(terms), key=True),
        Clause(9, "零收费", _no_fees(terms), key=True),
        Clause(10, "专项培训", _special_training(terms)),
        Clause(11, "变更与解除", _ending(terms), key=True),
        Clause(12, "违约责任", _liability(terms), key=True),
        Clause(13, "个人信息", _personal_data(terms)),
        Clause(14, "效力与文本", _effect(terms)),
        Clause(15, "争议", _disputes(terms)),
    ]


def _nature(terms: Terms) -> tuple[str, ...]:
    return (
        "本协议是甲方、乙方、丙方对订单培养和毕业后录用预先作出的约定，依照《中华人民共和国民法典》第四百九十五条，"
        "属于预约合同。",
        "本协议不是劳动合同，签订本协议不在甲方与丙方之间建立劳动关系；本协议也不替代岗位实习三方协议。"
        "岗位实习前另签岗位实习三方协议，正式用工另签书面劳动合同；两者给予丙方的条件，不得低于本协议的约定。",
        "本协议依据民法典、劳动法、劳动合同法、职业教育法、未成年人保护法、个人信息保护法和《职业学校学生实习管理规定》"
        "订立。法律、法规有强制性规定的，从其规定。",
    )


def _parties(terms: Terms) -> tuple[str, ...]:
    group = terms.order_class
    return (
        "三方的名称、住所和联系方式，以本协议首页所列为准。一方的联系方式变更的，应当在七日内告知其他各方。",
        f"订单班为{group.name}，专业为{group.major}，培养层次为{group.level}，学制{group.years}年，"
        f"学习形式为{group.study_mode}，{chinese_date(group.enrolment_date)}入学。丙方的起点学历为{terms.student.start_point}。",
        f"{terms.alliance.name}见证本协议的订立，负责协调岗位和调解争议。见证人不是本协议的当事人。",
    )


def _enterprise(terms: Terms) -> tuple[str, ...]:
    post = terms.position
    return (
        f"按附件B为本订单班预留{post.name}岗位{post.headcount}个名额，其中一个为丙方保留；本协议有效期内，不将该名额转予他人。",
        f"为培养计划提供车间教学的场地、设备和劳动防护用品，指派有相应技能的师傅（{terms.training.enterprise_mentor}）带教。",
        "如实告知丙方工作内容、工作条件、工作地点、职业危害、安全生产状况和劳动报酬，告知内容载于附件B；情况有变化的，"
        "及时再次书面告知。",
        "丙方达到第八条约定的录用条件的，按期与丙方订立书面劳动合同。",
    )


def _school(terms: Terms) -> tuple[str, ...]:
    plan, total = terms.training, terms.training.total
    return (
        f"按附件A的培养计划授课，指派{plan.school_teacher}为学校导师，与甲方的师傅共同指导丙方。",
        f"专业课时共{hours(total.professional)}，其中在企业生产车间教学不少于{hours(total.workshop)}，"
        f"占比为{percent(plan.workshop_permille)}；任何调整不得使这一占比低于50%。",
        f"核心技能实操不少于{hours(total.core_practice)}，为普通班同类实操{hours(total.ordinary_core_practice)}的"
        f"{times(plan.practice_percent)}；任何调整不得使其低于1.5倍。",
        f"组织丙方参加技能评价，帮助丙方取得{plan.certificate}。",
        "监督车间教学和实习的安全，发现危险立即要求停止，并告知丙方和集团（联盟）。",
        "不因丙方解除本协议或者未到甲方就业而扣发、缓发毕业证书和技能等级证书，也不因此影响丙方的学籍、成绩和资助。",
    )


def _student(terms: Terms) -> tuple[str, ...]:
    return (
        "向甲方、乙方提供的身份、学历等材料真实。",
        "遵守乙方的学籍管理制度和教学纪律，遵守甲方车间的安全操作规程；对违章指挥、强令冒险作业，丙方有权拒绝。",
        "完成培养计划规定的学习任务，按时参加考核和技能评价。",
        "升学、就业等意愿有变化的，及时告知乙方和甲方。如实告知不构成违约。",
    )


def _age(terms: Terms) -> tuple[str, ...]:
    born = (
        "任何人未满十六周岁不上岗，也不签署就业条款。"
        f"丙方出生于{chinese_date(terms.student.birth_date)}，签署本协议时已满十六周岁"
    )
    guardian = terms.guardian
    if guardian is None:
        return (f"{born}，并已满十八周岁。", "丙方以本人名义独立签署本协议，任何人不得代签。")
    return (
        f"{born}，未满十八周岁。",
        f"本协议须经丙方的监护人{guardian.name}（{guardian.relation}）以附件C书面同意。丙方与监护人各自签署，"
        "互不代签，其他任何人也不得代签。",
        "丙方年满十八周岁以前，甲方、乙方不安排其从事《未成年工特殊保护规定》第三条所列的劳动和其他禁忌劳动；"
        "甲方用工的，依法办理未成年工登记并安排定期健康检查，费用由甲方承担。",
    )


def _internship(terms: Terms) -> tuple[str, ...]:
    plan = terms.internship
    promises = "以货币形式按月足额直接支付给丙方本人，不以实物或者有价证券抵付，不由他人代领"
    if plan is None:
        return (
            "本订单班不安排岗位实习。",
            "确需安排的，须先另签岗位实习三方协议，并依照规定取得签字的知情同意书；"
            f"实习报酬{promises}；不安排加班和夜班。",
        )
    return (
        f"丙方入学第一学年不安排岗位实习。岗位实习最早自{chinese_date(plan.earliest_start)}开始，共{span(plan.months)}。",
        "岗位实习前，三方另签岗位实习三方协议，并依照规定取得签字的知情同意书；未签订、未取得的，不得安排实习。",
        f"岗位实习报酬{plan.pay_rule}，{promises}。",
        "岗位实习期间不安排丙方加班和夜班，不安排法律、法规禁止学生从事的劳动，并依法办理实习责任保险。",
    )


def _employment(terms: Terms) -> tuple[str, ...]:
    job, post = terms.employment, terms.position
    wage = f"工资为每月{yuan_range(job.wage_min, job.wage_max)}（税前）"
    if job.probation_months:
        pay = (
            f"试用期{span(job.probation_months)}，包含在劳动合同期限内，试用期工资每月不低于{yuan(job.probation_wage)}；"
            f"试用期满后，{wage}。试用期工资同时不得低于劳动合同约定工资的80%和当地最低工资标准。"
        )
    else:
        pay = f"不设试用期，{wage}。"
    return (
        f"录用条件：{numbered(terms.hiring_conditions)}。丙方符合以上全部条件的，甲方应当录用，不得增设其他条件。",
        f"岗位为{post.name}，工作地点为{post.place}，实行{post.hours_system}，{post.shift}。",
        f"拟入职日期为{chinese_date(job.start_date)}，劳动合同期限为{span(job.contract_months)}。",
        pay,
        f"社会保险：{job.insurance}。甲方自用工之日起三十日内为丙方申请办理社会保险登记。",
        "甲方自用工之日起一个月内与丙方订立书面劳动合同。",
    )


def _no_fees(terms: Terms) -> tuple[str, ...]:
    return (
        "甲方、乙方、集团（联盟）和平台运营者不得以任何名义向丙方收取押金、保证金、报名费、就业服务费，不得要求丙方提供担保。"
        "乙方依照政府规定收取并出具票据的学费、住宿费等不在此限。",
        "任何一方不得扣押丙方的居民身份证、毕业证书和其他证件。",
        "违反本条的，应当立即退还；丙方可以向集团（联盟）反映，也可以拨打12333投诉。",
    )


def _special_training(terms: Terms) -> tuple[str, ...]:
    return (
        "甲方在丙方入职后出资提供专业技术培训、需要约定服务期的，只能依照《中华人民共和国劳动合同法》第二十二条在劳动合同中约定，"
        "作为可选附件另行签订。丙方不同意的，不影响录用。",
        "可以计入培训费用的，仅限甲方为该项培训实际支付且有凭证的费用。订单班教学、车间教学、岗位实习和上岗培训不计入。",
    )


def _ending(terms: Terms) -> tuple[str, ...]:
    return (
        "经三方协商一致，可以变更或者解除本协议。变更应当形成新的修订稿，原稿上的签署随之失效，由各方对新稿重新签署。",
        "丙方因升学、参军、重大疾病或者家庭变故，可以解除本协议，不承担违约金，也不承担赔偿责任。丙方提交书面通知和证明后，"
        "本协议自乙方核验之日解除；乙方十日内未完成核验的，自通知提交满十日解除。解除不以甲方同意为前提。",
        "丙方因其他原因解除，或者甲方依法解除的，应当书面提出，经对方同意、乙方审核后解除；对方十日内不答复的，"
        "由集团（联盟）协调处理。",
        f"甲方取消岗位的，应当至少提前{terms.remedies.cancel_notice_days}日书面告知乙方和丙方，由集团（联盟）协调工作内容、地点和报酬"
        "相当的同类岗位；丙方不接受的，可以解除本协议。取消岗位没有正当理由的，甲方并依照第十二条承担责任。",
        "有下列情形之一的，本协议终止：（一）丙方退学或者被取消学籍；（二）丙方在有效期内未取得录用条件所列的证书；"
        "（三）丙方提供虚假材料，足以影响录用；（四）丙方与甲方已订立劳动合同；（五）有效期届满。"
        "以第一项至第三项为由终止的，应当事先听取丙方的陈述，并书面说明理由。",
    )


def _liability(terms: Terms) -> tuple[str, ...]:
    months, wage = terms.remedies.compensation_months, terms.employment.wage_min
    if months:
        amount = (
            f"按约定工资下限{yuan(wage)}的{months}个月，向丙方支付{yuan(months * wage)}；"
            "丙方的损失超过该数额的，补足差额"
        )
    else:
        amount = "赔偿丙方因此受到的损失"
    return (
        f"丙方达到录用条件，甲方无正当理由不录用或者不按期订立劳动合同的，{amount}。",
        "甲方、乙方违反本协议其他约定的，应当限期改正；造成丙方损失的，依法赔偿。",
        "本协议不对丙方设定违约金。任何一方不得以补充协议、承诺书或者其他形式另行设定；另行设定的，对丙方没有约束力。",
    )


def _personal_data(terms: Terms) -> tuple[str, ...]:
    people = "丙方及其监护人" if terms.guardian else "丙方"
    return (
        f"目的：甲方、乙方和集团（联盟）只为订立、履行和查验本协议处理{people}的个人信息。",
        "范围：限于本协议首页所列的身份和联系信息，以及学籍、考核结果、证书和签署记录。甲方不得索取与岗位无关的信息。",
        f"接收方：限于甲方、乙方和{terms.alliance.name}。除法律、行政法规另有规定外，不向其他人提供。",
        f"期限：保存至本协议终止后{span(terms.retention_months)}，期满删除。",
        f"{people}可以查阅、复制、更正本人的信息，可以撤回同意、请求删除。撤回不影响撤回前的处理；依法应当保存的记录，到期删除。",
    )


def _effect(terms: Terms) -> tuple[str, ...]:
    order = "丙方、监护人、甲方、乙方" if terms.guardian else "丙方、甲方、乙方"
    spare = terms.paper_copies - 3
    copies = "三方各执一份" + (f"，其余{spare}份由集团（联盟）存档" if spare else "")
    annexes = "附件A、附件B、附件C、附件D" if terms.guardian else "附件A、附件B、附件D"
    valid = terms.validity
    return (
        f"本协议由{order}依次签署，乙方最后审核。以上签署人对同一修订稿全部签署之时，本协议生效；生效以前，各页标注“未生效”。",
        f"{chinese_date(valid.sign_by)}以前没有全部签署的，本协议不生效，已作的签署失效。本协议生效后，有效期至{chinese_date(valid.valid_until)}。",
        "签署可以采用在线确认：签署人重新验证身份，逐条确认附件D，由系统记录签署人、时间、方式和文本哈希（SHA-256）；"
        "也可以打印后签字盖章，再上传存档。两种方式效力相同。",
        f"纸质文本一式{terms.paper_copies}份，{copies}。持有文本的人可以凭查验码核对真伪和现行修订稿；纸质文本与电子文本不一致的，"
        "以哈希相符的电子文本为准。",
        f"{annexes}是本协议的组成部分。",
    )


def _disputes(terms: Terms) -> tuple[str, ...]:
    witness, places = terms.alliance, terms.disputes
    return (
        f"因本协议发生争议的，先行协商；协商不成的，可以请{witness.name}调解（牵头单位{witness.lead}，电话{witness.phone}）。",
        "丙方可以随时拨打12333咨询或者投诉。协商、调解不是申请仲裁或者起诉的前提。",
        f"属于劳动争议的，向{places.arbitration}申请仲裁，对裁决不服的，依法起诉；其他争议，向{places.court}起诉。",
    )
