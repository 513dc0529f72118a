"""The pages of stations: setting one up, entering, printing, confirming by phone and on paper."""

from __future__ import annotations

import io
import re
from typing import Any

from app.accounts.models import User
from app.core.db import db
from app.stations import queries
from app.stations.entering import code_on
from app.stations.models import Slip
from tests.app.accounts.test_registering import code_sent_to
from tests.app.counting import statements
from tests.app.make_accounts import next_phone
from tests.app.make_applications import make_picture
from tests.app.make_organisations import actor_for, make_coordinator
from tests.app.make_stations import make_batch, make_slip, slip_facts
from tests.app.stations.village import Village

CONSENTS = {"terms": "y", "personal_data": "y", "identity_number": "y", "schools_of_choices": "y"}


def typed(village: Village, **changes: Any) -> dict[str, Any]:
    """What a helper types: the wishes one by one."""
    facts = slip_facts(village.stage.tracks, **changes)
    tracks = facts.pop("tracks")
    wishes = {f"wish_{number}": str(track) for number, track in enumerate(tracks, start=1)}
    return {**{k: v for k, v in facts.items() if v is not None}, "adjustable": "yes", **wishes}


def test_a_coordinator_sets_up_a_station_and_invites_a_helper_who_starts_at_once(
    client: Any, post: Any, log_in: Any, village: Village, app: Any
) -> None:
    log_in(client, make_coordinator(village.stage.alliance))
    assert "服务站" in client.get("/stations").text
    facts = {"name": "海埠村服务站", "district": "371002", "address": "虚构街1号", "phone": "0631-5550188"}
    assert post(client, "/stations", {**facts, "name": ""}).status_code == 422
    page = post(client, "/stations", facts).location
    assert post(client, f"{page}/invite", {"title": "便民员"}).location == page
    link = str(re.search(r"/welcome/[\w-]+", client.get(page).text)[0])  # type: ignore[index]
    helper = app.test_client()
    facts = {"name": "谷帮办", "phone": next_phone(), "password": "远处有一艘白色的船"}
    assert post(helper, link, facts).status_code == 303
    assert "代填报名" in helper.get("/desk").text and "海埠村服务站" in helper.get("/station").text
    assert post(client, f"{page}/close", {"why": "搬走了"}).location == page
    assert helper.get("/station").status_code in (403, 404)
    assert post(client, f"{page}/reopen").location == page and helper.get("/station").status_code == 200
    end = str(re.search(r"/members/\d+/end", client.get(page).text)[0])  # type: ignore[index]
    assert post(client, end).status_code == 403, "the last one cannot be ended; the station is closed instead"


def test_a_helper_enters_changes_prints_and_uploads(client: Any, post: Any, log_in: Any, village: Village) -> None:
    log_in(client, village.helper)
    batch = post(client, "/station/batches", {"name": "下午", "round_id": str(village.stage.round.id)}).location
    assert client.get(f"{batch}/add").status_code == 200
    wrong = post(client, f"{batch}/add", typed(village, identity="3710021999130112", name="曲大娘"))
    assert wrong.status_code == 422 and "要18位" in wrong.text and "曲大娘" in wrong.text
    assert post(client, f"{batch}/add", typed(village)).location == f"{batch}/add"
    slip = db.session.query(Slip).order_by(Slip.id.desc()).first()
    identity = queries.facts_of(slip)["identity"]
    printed = client.get(f"{batch}/slips").text
    code = code_on(slip)
    assert f"{code[:5]} {code[5:]}" in printed and slip.identity_hint in printed and identity not in printed
    assert "曲大娘" in client.get(batch).text and identity not in client.get(batch).text
    edit = f"/slips/{slip.id}/edit"
    assert 'value="曲大娘"' in client.get(edit).text
    changed = typed(village, name="曲大妈", identity=identity) | {"version": str(slip.version)}
    assert post(client, edit, changed).status_code == 303 and slip.name == "曲大妈"
    assert post(client, edit, changed).status_code == 409, "a page built from an earlier version"
    file = (io.BytesIO(make_picture()), "IMG_0001.jpg")
    assert post(client, f"/slips/{slip.id}/signature", {"file": file}).status_code == 303
    assert slip.state == "signed" and "要请另一个人看" in client.get(f"/slips/{slip.id}").text
    assert post(client, f"/slips/{slip.id}/witness", {"seen": "y"}).status_code == 403


def test_a_colleague_looks_at_the_signature_which_is_written_down_and_hands_it_in(
    client: Any, post: Any, log_in: Any, village: Village
) -> None:
    slip = village.signed()
    log_in(client, village.colleague)
    page = f"/slips/{slip.id}"
    assert "data:image" not in client.get(page).text
    assert "data:image/jpeg" in post(client, f"{page}/open").text
    assert post(client, f"{page}/witness").status_code == 422
    assert post(client, f"{page}/witness", {"seen": "y"}).location == page
    text = client.get(page).text
    assert "本人已确认" in text and "/applications" not in text and slip.application.number not in text
    assert slip.application.number not in client.get("/my-result").text
    for path in ("/my-application", f"/applications/{slip.application_id}", "/placements"):
        assert client.get(path).status_code in (403, 404), path


def test_a_signature_is_sent_back_with_the_reason(client: Any, post: Any, log_in: Any, village: Village) -> None:
    slip = village.signed()
    log_in(client, make_coordinator(village.stage.alliance))
    assert slip.name in client.get("/slips").text
    assert post(client, f"/slips/{slip.id}/return", {"why": ""}).status_code == 422
    assert post(client, f"/slips/{slip.id}/return", {"why": "看不清"}).status_code == 303
    assert client.get(f"/slips/{slip.id}").status_code == 404, "unsigned it is the station's matter again"
    log_in(client, village.helper)
    assert "看不清" in client.get(f"/slips/{slip.id}").text


def open_slip(client: Any, post: Any, slip: Slip) -> str:
    """Type the code off the paper; returns the address of the person's own page."""
    code = code_on(slip)
    assert post(client, "/slip", {"code": "2222222222"}).status_code == 422
    assert post(client, "/slip", {"code": f"{code[:5].lower()} {code[5:]}"}).location == "/slip/typed"
    address = client.get("/slip/typed").location
    assert address == f"/slip/{code}"
    return str(address)


def test_the_person_confirms_on_a_phone_and_is_signed_in_with_her_receipt(
    client: Any, post: Any, village: Village, session: Any
) -> None:
    slip, phone = village.slip(), next_phone()
    identity, code = queries.facts_of(slip)["identity"], code_on(slip)
    address = open_slip(client, post, slip)
    page = client.get(address).text
    assert "曲**" in page and slip.name not in page and client.get(f"{address}/confirm").location == address
    assert post(client, f"{address}/send", {"last_four": "0000", "phone": phone}).status_code == 422
    answer = post(client, f"{address}/send", {"last_four": identity[-4:], "phone": phone})
    assert answer.location == "confirm", "the address holds the code, and where an answer led is kept in clear"
    shown = client.get(f"{address}/confirm").text
    assert slip.name in shown and identity not in shown and phone not in shown
    sms = code_sent_to(phone)
    refused = post(client, f"{address}/confirm", {"code": sms, **CONSENTS, "terms": ""})
    assert refused.status_code == 422 and slip.state == "draft"
    answer = post(client, f"{address}/confirm", {"code": sms, **CONSENTS})
    assert answer.location == f"/my-application/{slip.application_id}/receipt"
    assert client.get(answer.location).status_code == 200
    user = session.get(User, slip.user_id)
    assert user.name in client.get("/account").text
    assert client.get(address).status_code in (302, 404) and code not in client.get("/account").text


def test_a_double_tap_confirms_once(client: Any, post: Any, village: Village, session: Any) -> None:
    slip, phone = village.slip(), next_phone()
    address = open_slip(client, post, slip)
    post(client, f"{address}/send", {"last_four": queries.facts_of(slip)["identity"][-4:], "phone": phone})
    data = {"code": code_sent_to(phone), **CONSENTS, "_key": "one-and-the-same-key-of-a-page"}
    before = session.query(User).count()
    first = client.post(f"{address}/confirm", data=data)
    client.post(f"{address}/confirm", data=data)
    assert first.status_code == 303 and session.query(User).count() == before + 1


def test_to_a_helper_the_persons_page_does_not_exist(client: Any, post: Any, log_in: Any, village: Village) -> None:
    slip = village.slip()
    code = code_on(slip)
    log_in(client, village.helper)
    assert post(client, "/slip", {"code": code}).status_code == 422
    for path in (f"/slip/{code}", f"/slip/{code}/confirm"):
        assert client.get(path).status_code == 404
    for path in (f"/slip/{code}/send", f"/slip/{code}/confirm"):
        assert post(client, path, {"last_four": "0000", "phone": next_phone(), **CONSENTS}).status_code == 404
    assert slip.state == "draft"


def test_lists_ask_no_more_when_they_grow(client: Any, log_in: Any, village: Village) -> None:
    log_in(client, village.helper)
    village.slip()
    pages = ("/station", f"/station/batches/{village.batch.id}", f"/station/batches/{village.batch.id}/slips")
    before = {path: asked(client, path) for path in pages}
    for _ in range(3):
        make_slip(village.batch, village.helper, village.stage.tracks)
        make_batch(village.batch.station, village.stage.round, village.helper)
    assert {path: asked(client, path) for path in pages} == before
    assert actor_for(village.helper).stations


def asked(client: Any, path: str) -> int:
    db.session.expire_all()
    with statements() as sent:
        assert client.get(path).status_code == 200
    return sum(statement.startswith("SELECT") for statement in sent)
