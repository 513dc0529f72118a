"""A batch from a workbook: rows become slips of the newest batch, wrong ones are named."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core import imports
from app.core.identifiers import birth_date_of, mask_id
from app.core.workbooks import write
from app.stations import queries, workbook
from app.stations.models import Slip
from tests.app.make_organisations import actor_for
from tests.app.make_stations import slip_facts
from tests.app.stations.village import Village


def row(village: Village, *codes: str, **changes: Any) -> dict[str, Any]:
    facts = slip_facts([], **changes)
    facts.pop("tracks")
    wishes = dict.fromkeys(workbook._WISHES, "") | {f"wish_{n}": code for n, code in enumerate(codes, start=1)}
    guardian = {name: facts.get(name) or None for name in ("guardian_name", "guardian_relation", "guardian_phone")}
    return {**facts, **guardian, **wishes, "adjustable": "yes", "phone": facts["phone"] or None}


def upload(village: Village, *rows: dict[str, Any]) -> imports.PendingImport:
    raw = write(workbook.SPEC, {workbook.SHEET: list(rows)})
    return imports.begin(actor_for(village.helper), workbook.IMPORTER, raw, "代填.xlsx")


def codes(village: Village) -> list[str]:
    tracks = queries.tracks_of(village.stage.round.id)
    return [workbook.code_of(tracks[track.id]) for track in village.stage.tracks]


def test_rows_become_slips_in_the_order_of_the_wishes(village: Village, session: Any) -> None:
    first, second = codes(village)
    pending = upload(village, row(village, second, first), row(village, first, name="于二叔"))
    assert pending.faults == [] and session.query(Slip).count() == 0, "nothing before somebody has confirmed"
    assert imports.confirm(actor_for(village.helper), pending) == 2
    slip = session.query(Slip).order_by(Slip.id).first()
    assert slip.batch_id == village.batch.id and slip.state == "draft"
    assert slip.tracks == [track.id for track in reversed(village.stage.tracks)]


def test_wrong_rows_are_named_with_column_and_reason_and_no_number_is_kept_in_clear(village: Village) -> None:
    first, _ = codes(village)
    good = row(village, first)
    pending = upload(
        village, row(village, "没有/这个"), row(village, first, age=13), row(village, first, age=17, guardian_name=""),
        good, good,
    )  # fmt: skip
    told = {(fault["row"], fault["column"]) for fault in pending.faults}
    assert {(2, "第1志愿"), (3, "证件号"), (4, "监护人姓名"), (6, "证件号")} <= told
    assert pending.row_count == 1 and good["identity"] not in str(pending.faults)


def test_what_is_wrong_with_a_number_is_kept_without_its_digits(village: Village) -> None:
    first, _ = codes(village)
    no_such_day, someone = row(village, first), row(village, first)
    no_such_day["identity"] = "371002199902310019"
    someone["birth_date"] = dt.date(1970, 2, 3)
    shifted = row(village, first) | {"guardian_relation": row(village, first)["identity"]}
    pending = upload(village, no_such_day, someone, shifted)
    told = {(fault["row"], fault["column"]): fault["reason"] for fault in pending.faults}
    assert "第7到14位是出生日期，现在是****，没有这一天" in told[2, "证件号"]
    assert "1970" not in str(told) and "1999" not in str(told)
    assert "现在是“****”" in told[4, "监护人关系"]


def test_the_page_masks_the_numbers_of_the_rows_that_can_be_imported(
    client: Any, log_in: Any, village: Village, session: Any
) -> None:
    good = row(village, codes(village)[0])
    good["birth_date"] = birth_date_of(good["identity"])
    pending = upload(village, good)
    assert pending.row_count == 1
    session.commit()
    log_in(client, village.helper)
    page = client.get(f"/imports/{pending.id}").text
    assert mask_id(good["identity"]) in page
    assert not any(shown in page for shown in (good["identity"], good["birth_date"].isoformat()))


def test_without_an_open_batch_there_is_nowhere_to_put_them(village: Village, session: Any) -> None:
    session.delete(village.batch)
    session.flush()
    pending = upload(village, row(village, "A/B"))
    assert pending.row_count == 0 and "先在“代填报名”里开一批" in str(pending.faults)


def test_the_page_lists_the_codes(client: Any, log_in: Any, village: Village) -> None:
    log_in(client, village.helper)
    page = client.get(f"/station/batches/{village.batch.id}/codes").text
    assert all(code in page for code in codes(village))
    assert client.get("/imports/slips").status_code == 200
