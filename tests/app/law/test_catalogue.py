"""The register of rules and the page written from it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from app.law import catalogue
from app.law.settings import DEFAULTS, minimum_wage_name, unconfirmed

TESTS = Path(__file__).parent
LAW = Path(catalogue.__file__).parent


def test_the_law_page_is_what_the_register_says() -> None:
    written = catalogue.PAGE.read_text(encoding="utf-8")
    assert written == catalogue.law_markdown(), "write docs/LAW.md anew: python -m app.law.catalogue"


def test_every_rule_cites_its_source_and_has_a_test_file_that_calls_it() -> None:
    for rule in catalogue.all_rules():
        assert rule.says and rule.article, rule.id
        tests = (TESTS / rule.tested_by).read_text(encoding="utf-8")
        # The rules inside eligibility are tested through it, by the id that it answers with.
        assert rule.function in tests or f'"{rule.id}"' in tests, rule


def test_a_second_rule_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError):
        catalogue.rule("age_16", article="x", says="x", tested_by="x")(lambda: None)


def test_the_law_reads_no_clock_and_knows_no_web_and_no_database() -> None:
    for path in LAW.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith(("flask", "sqlalchemy", "time")), (path.name, name)
                assert not name.startswith("app.") or name.startswith("app.law"), (path.name, name)
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("today", "now", "utcnow"), path.name


def test_settings_are_plain_values_that_a_database_can_keep() -> None:
    for name, default in DEFAULTS.items():
        assert name == default.name
        assert isinstance(default.value, (int, str, dict, tuple)), name
        assert default.source and default.title and default.unit


def test_no_wage_figure_counts_as_confirmed_before_a_person_checked_it() -> None:
    names = {default.name for default in unconfirmed()}
    assert {name for name in DEFAULTS if name.startswith("minimum_wage.")} <= names


def test_a_place_outside_the_list_takes_the_wage_of_the_whole_city() -> None:
    assert minimum_wage_name("371082") == "minimum_wage.371082"
    assert minimum_wage_name("other") == minimum_wage_name(None) == "minimum_wage.371000"


def test_the_defaults_of_the_functions_are_those_of_the_settings() -> None:
    from app.law import guardians, hours, internship, records

    def default_of(function: object, parameter: str) -> object:
        return inspect.signature(function).parameters[parameter].default  # type: ignore[arg-type]

    assert hours.exact(DEFAULTS["r1_workshop_share"].value) == hours.R1_WORKSHOP_SHARE
    assert hours.exact(DEFAULTS["r2_core_factor"].value) == hours.R2_CORE_FACTOR
    assert internship.exact(DEFAULTS["interns_staff_share"].value) == internship.STAFF_SHARE
    assert internship.exact(DEFAULTS["interns_post_share"].value) == internship.POST_SHARE
    assert internship.exact(DEFAULTS["internship_pay_share"].value) == internship.PAY_SHARE
    assert internship.exact(DEFAULTS["internship_study_share"].value) == internship.STUDY_SHARE
    assert default_of(guardians.guardian_consented, "days") == DEFAULTS["guardian_sign_days"].value
    assert default_of(guardians.applicant_ending_effective_on, "days") == DEFAULTS["ending_notice_days"].value
    assert default_of(records.must_keep, "months") == DEFAULTS["retention_agreement_months"].value
    assert default_of(records.must_erase, "months") == DEFAULTS["retention_unplaced_months"].value


def test_a_caller_is_found_by_what_it_imports_and_not_by_a_name_that_looks_alike() -> None:
    used = catalogue.callers()
    assert "law/class_age.py" in used["full_age"]
    assert "law/eligibility.py" in used["audience_fits"]
    assert not any(place.endswith("models.py") for places in used.values() for place in places)
