"""Terms survive storage unchanged, and their hash changes with any single field."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agreements.paper import document_text, text_sha256
from app.agreements.terms import canonical_json, terms_from_dict, terms_to_dict
from tests.app.agreements.factory import adult_terms, minor_terms


def fields_of(data, path=()):
    """Every leaf of the stored form as (path, value); a list of words counts as one leaf."""
    parts = data.items() if isinstance(data, dict) else enumerate(data)
    for name, value in parts:
        if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
            yield from fields_of(value, (*path, name))
        else:
            yield (*path, name), value


def changed(data, path, value):
    """The stored form with one leaf put to another value."""
    new = value if len(path) == 1 else changed(data[path[0]], path[1:], value)
    if isinstance(data, list):
        return [new if index == path[0] else part for index, part in enumerate(data)]
    return {**data, path[0]: new}


SAMPLE = terms_to_dict(minor_terms())
LEAVES = [(path, value) for path, value in fields_of(SAMPLE) if path != ("template_version",)]
names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)


def another(value):
    """A strategy for a different value of the same kind, within what a field may hold."""
    if isinstance(value, list):
        return st.lists(names, min_size=1, max_size=4).filter(lambda new: new != value)
    if isinstance(value, int):
        return st.integers(3, 99).filter(lambda new: new != value)
    if len(value) == 10 and value[4] == value[7] == "-":
        return st.dates(datetime.date(1950, 1, 1), datetime.date(2090, 1, 1)).map(str).filter(lambda new: new != value)
    return names.filter(lambda new: new != value)


@pytest.mark.parametrize("terms", [minor_terms(), adult_terms()], ids=["minor", "adult"])
def test_terms_come_back_from_storage_as_they_were(terms):
    import json

    assert terms_from_dict(json.loads(canonical_json(terms_to_dict(terms)))) == terms


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_changed_field_changes_the_words_and_the_hash(data):
    path, value = data.draw(st.sampled_from(LEAVES))
    terms = terms_from_dict(changed(SAMPLE, path, data.draw(another(value))))
    assert document_text(terms) != document_text(minor_terms()), path
    assert text_sha256(terms) != text_sha256(minor_terms())


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[".".join(map(str, path)) for path, _ in LEAVES])
def test_every_field_can_be_read_in_the_document(path, value):
    """A different value must show: a field nobody can read is not agreed."""
    if isinstance(value, list):
        new, shown = ["甲乙丙丁戊己"], "甲乙丙丁戊己"
    elif isinstance(value, int):
        new, shown = (50 if path[-1] == "year" else 36 * 12 if path[-1].endswith("months") else 7654), None
    elif len(value) == 10 and value[4] == value[7] == "-":
        new, shown = "2044-04-04", "2044年4月4日"
    else:
        new = shown = "甲乙丙丁戊己"
    text = document_text(terms_from_dict(changed(SAMPLE, path, new)))
    if shown is None:
        assert any(form in text for form in ("第五十学年", "36年", "432个月", "7654", "7,654")), path
    else:
        assert shown in text, path


def test_a_hidden_blank_changes_the_hash_even_where_it_cannot_be_seen():
    sample = minor_terms()
    spaced = replace(sample, student=replace(sample.student, name=sample.student.name + " "))
    assert text_sha256(spaced) != text_sha256(sample)


def test_moving_a_word_from_one_field_to_the_next_changes_the_hash():
    sample = minor_terms()
    one = replace(sample, hiring_conditions=("取得证书；（二）体检合格",))
    two = replace(sample, hiring_conditions=("取得证书", "体检合格"))
    assert text_sha256(one) != text_sha256(two)


def test_canonical_json_is_sorted_without_blanks_and_keeps_chinese():
    assert canonical_json({"b": [1, None], "a": "㛃"}) == '{"a":"㛃","b":[1,null]}'


@pytest.mark.parametrize("value", [0.1, {"wage": 4600.0}, [1, [2.5]], float("nan")])
def test_canonical_json_refuses_fractions_because_money_has_one_spelling(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("employment", "wage_min"), "4600", "terms.employment.wage_min"),
        (("employment", "wage_min"), 4600.0, "terms.employment.wage_min"),
        (("employment", "wage_min"), True, "terms.employment.wage_min"),
        (("student", "birth_date"), "2010-3-18", "terms.student.birth_date"),
        (("student", "category"), "农民工", "terms.student.category"),
        (("hiring_conditions",), "取得证书", "terms.hiring_conditions"),
        (("school",), None, "terms.school"),
        (("guardian",), {"name": "某某"}, "terms.guardian"),
        (("paper_copies",), 2, "paper_copies"),
    ],
)
def test_a_wrong_field_is_refused_by_name(path, value, named):
    with pytest.raises(ValueError, match=named):
        terms_from_dict(changed(SAMPLE, path, value))


def test_a_missing_field_is_refused_by_name():
    data = dict(SAMPLE)
    del data["validity"]
    with pytest.raises(ValueError, match=r"terms\.validity is missing"):
        terms_from_dict(data)
