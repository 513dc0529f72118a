"""What the agreement says, and what it must never say."""

import hashlib
import re
from dataclasses import fields, replace

import pytest

from app.agreements import terms as kinds
from app.agreements.annexes import annexes
from app.agreements.clauses import TEMPLATE_VERSION, clauses
from app.agreements.key_terms import key_terms
from app.agreements.paper import document_text
from app.agreements.wording import ordinal, percent, span, times, yuan, yuan_range
from tests.app.agreements.factory import adult_terms, minor_terms

TITLES = [
    "性质与依据", "三方与订单班", "甲方承诺", "乙方承诺", "丙方承诺", "年龄与监护", "实习衔接", "录用衔接",
    "零收费", "专项培训", "变更与解除", "违约责任", "个人信息", "效力与文本", "争议",
]
EVERYBODY = pytest.mark.parametrize("terms", [minor_terms(), adult_terms()], ids=["minor", "adult"])


def clause(terms, number):
    return "\n".join(clauses(terms)[number - 1].paragraphs)


@EVERYBODY
def test_there_are_the_fifteen_clauses_in_order(terms):
    made = clauses(terms)
    assert [part.number for part in made] == list(range(1, 16))
    assert [part.title for part in made] == TITLES
    assert all(part.paragraphs and all(text.endswith("。") for text in part.paragraphs) for part in made)


@EVERYBODY
def test_it_says_before_anything_else_that_it_is_a_pre_contract(terms):
    top = document_text(terms).splitlines()[1:4]
    assert top == ["三方预就业协议", "预约合同", "这是一份预约合同，不是劳动合同，也不替代岗位实习三方协议。"]
    assert "第四百九十五条" in clause(terms, 1)


@EVERYBODY
def test_the_student_owes_no_penalty_anywhere(terms):
    for sentence in re.split(r"[。；，\n]", document_text(terms)):
        if "违约金" in sentence:
            assert sentence.endswith(("不承担违约金", "本协议不对丙方设定违约金")), sentence
    assert "也不承担赔偿责任" in clause(terms, 11)


@EVERYBODY
def test_the_employer_reads_nothing_of_hardship(terms):
    text = document_text(terms)
    for word in ("人员类别", "农民工", "就业困难", "失业青年", "低保", "脱贫", "退役", "残疾"):
        assert word not in text
    groups = [kinds.StudentParty, kinds.Terms]
    assert not [field.name for group in groups for field in fields(group) if "categor" in field.name]


@EVERYBODY
def test_nobody_pays_for_the_place(terms):
    text = clause(terms, 9)
    for word in ("押金", "保证金", "报名费", "就业服务费", "不得扣押"):
        assert word in text


def test_a_minor_gets_her_guardian_and_annex_c():
    terms = minor_terms()
    assert [annex.letter for annex in annexes(terms)] == ["A", "B", "C", "D"]
    assert "以附件C书面同意" in clause(terms, 6)
    assert "由丙方、监护人、甲方、乙方依次签署" in clause(terms, 14)
    assert "《未成年工特殊保护规定》" in clause(terms, 6)


def test_an_adult_has_neither_guardian_nor_annex_c():
    terms = adult_terms()
    assert [annex.letter for annex in annexes(terms)] == ["A", "B", "D"]
    text = document_text(terms)
    assert "监护人" not in text
    assert "附件C" not in text
    assert "由丙方、甲方、乙方依次签署" in text


def test_wages_carry_thousands_separators():
    text = document_text(minor_terms())
    for amount in ("4,600元至5,200元", "4,600–5,200元", "4,100元", "9,200元"):
        assert amount in text
    assert "每月11,800元" in document_text(adult_terms())
    assert not re.search(r"\d{4,}元", text)


def test_the_six_key_terms_are_said_in_plain_words():
    made = key_terms(minor_terms())
    assert [term.name for term in made] == ["wage", "post", "intern", "free", "leave", "cond"]
    assert made[0].text == "转正后每月4,600–5,200元。试用2个月，每月不低于4,100元。"
    assert made[2].text == "第1年不安排岗位实习。实习报酬不低于本单位相同岗位工资标准的80%，按月发，直接给您。"
    assert made[5].text.endswith("都做到了，企业就要录用；无故不录用，企业给您9,200元。")


def test_without_probation_and_internship_the_words_say_so():
    terms = adult_terms()
    assert "不设试用期，工资为每月11,800元（税前）。" in clause(terms, 8)
    assert clause(terms, 7).startswith("本订单班不安排岗位实习。")
    assert key_terms(terms)[0].text == "每月11,800元，没有试用期。"
    assert key_terms(terms)[2].text == "这个班不安排岗位实习。"
    assert "经评估，没有职业危害因素" in document_text(terms)


def test_without_an_agreed_sum_the_enterprise_makes_good_the_loss():
    terms = replace(minor_terms(), remedies=kinds.RemedyTerms(cancel_notice_days=60, compensation_months=0))
    assert "赔偿丙方因此受到的损失" in clause(terms, 12)
    assert "无故不录用，企业承担责任" in key_terms(terms)[5].text


def test_the_share_and_the_multiple_are_never_rounded_up():
    years = (kinds.YearHours(1, 1400, 700, 700, 400), kinds.YearHours(2, 1461, 730, 799, 600))
    plan = replace(minor_terms().training, hours=years)
    assert plan.total == kinds.YearHours(2, 2861, 1430, 1499, 1000)
    assert percent(plan.workshop_permille) == "49.9%"
    assert times(plan.practice_percent) == "1.49倍"


def test_a_plan_without_hours_yet_divides_by_nothing():
    plan = replace(minor_terms().training, hours=())
    assert (plan.workshop_permille, plan.practice_percent) == (0, 0)


def test_amounts_spans_and_ordinals_have_one_spelling():
    assert (yuan(0), yuan(4600), yuan(1234567)) == ("0元", "4,600元", "1,234,567元")
    assert yuan_range(4600, 4600) == "4,600元"
    assert [span(months) for months in (0, 1, 12, 30, 36)] == ["0个月", "1个月", "1年", "2年6个月", "3年"]
    assert [ordinal(n) for n in (1, 10, 11, 15, 20, 21)] == ["一", "十", "十一", "十五", "二十", "二十一"]


def test_empty_cells_are_closed_with_a_dash():
    sample = minor_terms()
    bare = replace(sample, school=replace(sample.school, phone=" "))
    assert "电话：——" in document_text(bare)


def test_terms_of_another_template_are_not_put_into_these_words():
    with pytest.raises(ValueError, match="template"):
        document_text(replace(minor_terms(), template_version="2020.01-1"))


def test_changed_wording_needs_a_new_template_version():
    """Signatures name the hash of the words. Whoever changes a word raises TEMPLATE_VERSION and this value together."""
    words = document_text(minor_terms()) + document_text(adult_terms())
    assert (TEMPLATE_VERSION, hashlib.sha256(words.encode()).hexdigest()[:16]) == ("2026.11-1", "4ecce2bc19eaeace")
