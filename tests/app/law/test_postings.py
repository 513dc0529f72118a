"""The scan of postings: what it has to see, what it must not, what it says, and what is left when it has cleaned up."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.postings import (
    employer_itself,
    forbidden_phrases,
    six_elements_missing,
    truth_told,
    wage_at_least_minimum,
    without_forbidden,
)
from tests.app.law.wordings import INNOCENT, UNLAWFUL

ALL_UNLAWFUL = [(kind, text) for kind, texts in UNLAWFUL.items() for text in texts]
UNLAWFUL_TEXTS = [text for _, text in ALL_UNLAWFUL]
MARKS = st.sampled_from(["，", "。", "；", "\n", "、", " "])
SHORT = ["限男", "女士优先", "未婚未育", "本地户口", "乙肝", "属虎勿扰", "押金", "不招残疾人"]
BLANKS = st.text(alphabet=" \u3000\t\u200b-_*·/~|'\"\u00ad\ufeff", max_size=3)

GOOD_POSTING = {
    "enterprise_profile": "做注射泵的企业",
    "headcount": 40,
    "requirements": "能看装配图",
    "duties": "装配机芯",
    "address": "环翠区",
    "wage_low": 4600,
    "valid_until": dt.date(2026, 11, 30),
}


@pytest.mark.parametrize(("kind", "text"), ALL_UNLAWFUL)
def test_an_unlawful_wording_is_seen_and_named_by_its_kind(kind: str, text: str) -> None:
    assert kind in {finding.kind for finding in forbidden_phrases(text)}


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_wording_passes(text: str) -> None:
    assert forbidden_phrases(text) == []


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_wording_passes_in_the_middle_of_a_posting(text: str) -> None:
    assert forbidden_phrases(f"能看装配图，{text}，手稳心细。") == []


def test_kinds_cover_everything_the_law_page_promises() -> None:
    assert set(UNLAWFUL) == {
        "sex", "marriage", "ethnicity", "religion", "disability", "infection", "household", "schooling", "age", "fate",
        "deposit", "unpaid_trial",
    }


@given(st.sampled_from(SHORT), st.data())
def test_blanks_and_joining_marks_between_the_letters_hide_nothing(phrase: str, data: st.DataObject) -> None:
    spread = "".join(letter + data.draw(BLANKS) for letter in phrase)
    assert forbidden_phrases(f"要求能吃苦，{spread}，会看图"), spread


@given(st.sampled_from(["35岁以下", "HBV携带者勿扰", "18-35岁"]))
def test_full_width_letters_and_figures_hide_nothing(phrase: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in phrase)
    assert forbidden_phrases(wide)


@given(st.lists(st.sampled_from([*UNLAWFUL_TEXTS, *INNOCENT, "能看装配图"]), max_size=8), MARKS)
def test_findings_quote_the_text_as_it_stands_and_do_not_overlap(parts: list[str], mark: str) -> None:
    text = mark.join(parts)
    end = 0
    for finding in forbidden_phrases(text):
        assert text[finding.start : finding.end] == finding.phrase != ""
        assert finding.start >= end
        assert finding.law and finding.advice
        end = finding.end


@given(st.lists(st.sampled_from([*UNLAWFUL_TEXTS, "能看装配图", "手稳心细"]), max_size=8), MARKS)
def test_after_cleaning_nothing_unlawful_is_left_and_cleaning_again_changes_nothing(parts, mark) -> None:
    cleaned = without_forbidden(mark.join(parts))
    assert forbidden_phrases(cleaned) == []
    assert without_forbidden(cleaned) == cleaned


@given(st.text(max_size=80))
def test_any_text_at_all_can_be_scanned_and_cleaned(text: str) -> None:
    assert forbidden_phrases(without_forbidden(text)) == []


def test_three_phrases_go_and_the_sentence_that_stays_reads_well() -> None:
    text = "限男，35岁以下，无乙肝。能看装配图，手稳心细，能搬15公斤物料。"
    assert [finding.phrase for finding in forbidden_phrases(text)] == ["限男", "35岁以下", "无乙肝"]
    assert without_forbidden(text) == "能看装配图，手稳心细，能搬15公斤物料。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("能吃苦，限男，35岁以下。", "能吃苦。"),
        ("会看图（限男）。需持证；未婚优先；能倒班", "会看图。需持证；能倒班"),
        ("普工（男）\n35岁以下\n能吃苦", "普工\n能吃苦"),
        ("要求：男，能吃苦", "能吃苦"),
        ("限男", ""),
        ("能吃苦", "能吃苦"),
        ("", ""),
    ],
)
def test_marks_are_put_right_where_a_phrase_was(before: str, after: str) -> None:
    assert without_forbidden(before) == after


def test_the_reason_quotes_the_law() -> None:
    sex, age, virus = forbidden_phrases("限男，35岁以下，无乙肝")
    assert "《就业促进法》第二十七条" in sex.law
    assert "岗位不设年龄上限" in age.law
    assert "人社部发〔2010〕12号" in virus.law


def test_a_long_text_made_to_be_slow_is_scanned_in_time() -> None:
    started = time.perf_counter()
    for piece in ("限", "不收", "须", "男女", "年龄", "押金", "35", "无", "（", "，", "限不"):
        forbidden_phrases(piece * (5000 // len(piece)))
    assert time.perf_counter() - started < 5


def test_nothing_is_found_in_nothing() -> None:
    assert forbidden_phrases("") == []
    assert forbidden_phrases(None) == []


def test_a_posting_that_tells_everything_passes() -> None:
    assert six_elements_missing(GOOD_POSTING, dt.date(2026, 11, 30))


@pytest.mark.parametrize("key", GOOD_POSTING)
def test_each_element_that_is_missing_is_named_with_its_field(key: str) -> None:
    verdict = six_elements_missing({**GOOD_POSTING, key: None})
    assert [fault.field for fault in verdict.faults] == [key]


@pytest.mark.parametrize("told", ["", "  ", "面议", "无", "——", "工资 面议"])
def test_words_that_tell_nothing_count_as_missing(told: str) -> None:
    assert not six_elements_missing({**GOOD_POSTING, "wage_low": told})


def test_a_posting_whose_last_day_is_past_is_not_valid() -> None:
    assert not six_elements_missing(GOOD_POSTING, dt.date(2026, 12, 1))


def test_conditions_safety_and_the_hazard_list_have_to_be_answered_and_none_is_an_answer() -> None:
    told = {"conditions": "恒温车间", "safety": "有防护罩", "hazards": []}
    assert truth_told(told)
    assert [fault.field for fault in truth_told({**told, "hazards": None}).faults] == ["hazards"]
    assert [fault.field for fault in truth_told({"hazards": []}).faults] == ["conditions", "safety"]


def test_the_local_minimum_wage_itself_is_enough() -> None:
    assert wage_at_least_minimum(2200, 2200)
    assert not wage_at_least_minimum(2199, 2200)


def test_agencies_and_go_betweens_do_not_post() -> None:
    assert employer_itself()
    assert not employer_itself(is_dispatch=True)
    assert not employer_itself(is_intermediary=True)
