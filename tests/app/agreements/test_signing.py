"""The order of signing, and what a signature binds: turn, words, key terms, proof, and one use only."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from app.agreements import service
from app.agreements.models import Agreement, Revision, Signature
from app.agreements.signing import new_nonce
from app.applications.guardians import guardian_phone
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotPermitted, WrongState
from app.core.history import history_of
from app.core.outbox import Message, body_of, newest_to_phone
from tests.app.make_accounts import make_user
from tests.app.make_agreements import (
    Table,
    guardian_of,
    sign_turn,
    terms_to_tick,
    with_password,
)
from tests.app.make_organisations import actor_for, make_enterprise, make_enterprise_staff


def signatures() -> int:
    return db.session.scalar(select(func.count()).select_from(Signature)) or 0


def test_a_minors_agreement_is_signed_by_four_in_turn_and_then_in_force(table: Table) -> None:
    agreement = table.issued(age=16)
    states = [agreement.state]
    while agreement.state != "in_force":
        sign_turn(table, agreement)
        states.append(agreement.state)
    assert states == ["awaiting_applicant", "awaiting_guardian", "awaiting_enterprise", "awaiting_school", "in_force"]
    made = service.current(agreement).signatures
    assert [s.party for s in made] == ["student", "guardian", "enterprise", "school"]
    assert {s.text_sha256 for s in made} == {service.current(agreement).text_sha256}
    assert [(s.signer_name, s.on_behalf_of) for s in made][1:] == [
        ("林桂芳", "林小禾"), ("梁夏", table.enterprise.name), ("崔明", table.school.name),
    ]  # fmt: skip
    assert agreement.in_force_at is not None
    assert [line.action for line in history_of("agreement", agreement.id)] == [
        "create", "issue", "sign_minor", "sign_guardian", "sign_enterprise", "sign_school",
    ]  # fmt: skip


def test_an_adult_needs_no_guardian(table: Table) -> None:
    agreement = table.issued(age=18)
    sign_turn(table, agreement)
    assert agreement.state == "awaiting_enterprise" and agreement.guardian_id is None


def test_the_guardian_gets_a_link_of_her_own_when_it_is_her_turn(table: Table) -> None:
    agreement = table.issued(age=16)
    phone = guardian_phone(guardian_of(agreement))
    assert newest_to_phone(phone) == []
    sign_turn(table, agreement)
    assert "/guardian/" in body_of(newest_to_phone(phone)[0]) and "三方" in body_of(newest_to_phone(phone)[0])


@pytest.mark.parametrize("early", ["guardian", "enterprise", "school"])
def test_nobody_signs_before_the_applicant(table: Table, early: str) -> None:
    agreement = table.issued(age=16)
    with pytest.raises(WrongState, match="还没轮到"):
        sign_turn(table, agreement, actor=table.actor(early, agreement))
    assert signatures() == 0 and agreement.state == "awaiting_applicant"


def test_a_party_signs_once(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    with pytest.raises(WrongState, match="已经签过"):
        sign_turn(table, agreement, actor=table.actor("student", agreement))
    assert signatures() == 1


def test_a_colleague_may_sign_and_another_enterprise_may_not(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    stranger = actor_for(make_enterprise_staff(make_enterprise(alliance=table.alliance), "外人"))
    with pytest.raises(NotPermitted):
        sign_turn(table, agreement, actor=stranger)
    colleague = actor_for(with_password(make_enterprise_staff(table.enterprise, "宋远")))
    sign_turn(table, agreement, actor=colleague)
    assert service.current(agreement).signatures[-1].signer_name == "宋远"


def test_nobody_signs_for_the_enterprise_in_her_own_agreement(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    herself = table.actor("student", agreement)
    both = dataclasses.replace(herself, enterprises=frozenset({table.enterprise.id}))
    with pytest.raises(WrongState):
        sign_turn(table, agreement, actor=both)


def test_a_term_left_unticked_is_named_and_nothing_is_signed(table: Table) -> None:
    agreement = table.issued()
    most = [name for name in terms_to_tick(agreement) if name != "free"]
    with pytest.raises(Invalid, match="还有1条没勾：不收您的钱") as refusal:
        sign_turn(table, agreement, ticked=most)
    assert refusal.value.field == "ticked" and signatures() == 0


def test_a_wrong_password_signs_nothing(table: Table) -> None:
    agreement = table.issued()
    with pytest.raises(Invalid) as refusal:
        sign_turn(table, agreement, proof="不是这个密码啊")
    assert refusal.value.field == "proof"
    assert signatures() == 0 and agreement.state == "awaiting_applicant"


def test_a_nonce_that_was_used_signs_nothing_more_even_in_another_agreement(table: Table) -> None:
    first, nonce = table.issued(), new_nonce()
    sign_turn(table, first, nonce=nonce)
    second = table.issued("赵一帆")
    with pytest.raises(Conflict):
        sign_turn(table, second, nonce=nonce)
    assert second.state == "awaiting_applicant" and signatures() == 1


def test_a_signature_on_words_that_have_changed_is_a_conflict(table: Table) -> None:
    agreement = table.issued()
    old = service.current(agreement).text_sha256
    coordinator = actor_for(table.coordinator)
    service.send_back(table.actor("student", agreement), agreement, "地址写错了")
    agreement.placement.application.address = "虚构路3号"
    service.revise(coordinator, agreement, "改了地址")
    assert service.current(agreement).text_sha256 != old
    with pytest.raises(Conflict, match="内容变了"):
        sign_turn(table, agreement, text_sha256=old)


def test_a_stale_page_is_a_conflict(table: Table) -> None:
    agreement = table.issued()
    with pytest.raises(Conflict):
        sign_turn(table, agreement, version=agreement.version - 1)
    assert signatures() == 0


def test_a_revision_unsigns_everybody_and_the_old_one_stays_readable(table: Table) -> None:
    agreement = table.signed("awaiting_school")
    old = service.current(agreement)
    service.send_back(table.actor("school", agreement), agreement, "课时表要改")
    table.order_class.certificate = "装配钳工高级工证书"
    service.revise(actor_for(table.coordinator), agreement, "改了证书")
    assert agreement.state == "awaiting_applicant" and agreement.revision_number == 2
    assert service.current(agreement).signatures == []
    assert [s.party for s in old.signatures] == ["student", "enterprise"]
    plans = [service.terms_in(each).training.certificate for each in (old, service.current(agreement))]
    assert plans == ["高级工职业技能等级证书", "装配钳工高级工证书"]


def test_who_has_had_her_turn_may_send_it_back_and_who_has_not_may_not(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    with pytest.raises(NotPermitted):
        service.send_back(table.actor("school", agreement), agreement, "等不及了")
    with pytest.raises(Invalid) as refusal:
        service.send_back(table.actor("student", agreement), agreement, "  ")
    assert refusal.value.field == "why"
    service.send_back(table.actor("student", agreement), agreement, "名字少了一个字")
    assert agreement.state == "returned"


def test_one_person_has_one_live_agreement_by_constraint(table: Table, session: Any) -> None:
    agreement = table.issued()
    with pytest.raises(DatabaseError), session.begin_nested():
        service.issue(actor_for(table.coordinator), agreement.placement)
    service.refuse(table.actor("student", agreement), agreement)
    assert agreement.placement.state == "released"


@pytest.mark.parametrize("verb", ["UPDATE signature SET signer_name = '别人'", "DELETE FROM signature",
                                  "UPDATE revision SET text_sha256 = 'x'", "DELETE FROM revision"])
def test_signatures_and_revisions_cannot_be_changed_in_the_database(table: Table, session: Any, verb: str) -> None:
    table.signed("awaiting_enterprise")
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(db.text(verb))
    assert signatures() == 1 and db.session.scalar(select(func.count()).select_from(Revision)) == 1


def test_the_record_hash_binds_every_part_of_a_signature(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    made = service.current(agreement).signatures[0]
    before = service.record_hash(made)
    facts = {c.name: getattr(made, c.name) for c in Signature.__table__.columns}
    bound = ["revision_id", "party", "signer_user_id", "signer_guardian_id", "signer_name", "on_behalf_of",
             "text_sha256", "ticked", "how", "nonce", "at"]  # fmt: skip
    for name in bound:
        other: Any = ["别的"] if name == "ticked" else now() + dt.timedelta(1) if name == "at" else 7
        assert service.record_hash(Signature(**(facts | {name: other}))) != before, name
    assert service.record_hash(Signature(**(facts | {"address": "10.0.0.9"}))) == before


def test_batch_signing_signs_what_it_can_and_names_the_rest(table: Table) -> None:
    ready = [table.signed("awaiting_enterprise", name) for name in ("林小禾", "赵一帆")]
    early, late = table.issued("孙早"), table.signed("awaiting_school", "钱晚")
    actor = actor_for(table.enterprise_staff)
    seen = {a.id: service.current(a).text_sha256 for a in (*ready, early, late)}
    seen[ready[1].id] = "f" * 64
    signed, refused = service.sign_many(actor, [*ready, early, late], "看懂了再签字2027", seen)
    assert signed == 1 and ready[0].state == "awaiting_school" and ready[1].state == "awaiting_enterprise"
    assert len(refused) == 3
    assert f"{ready[1].number}：协议的内容变了" in refused[0]
    assert early.number in refused[1] and "待本人签" in refused[1] and late.number in refused[2]


def test_batch_signing_needs_a_choice_and_the_right_proof(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    actor = actor_for(table.enterprise_staff)
    for chosen, proof, field in (([], "看懂了再签字2027", "chosen"), ([agreement], "错的错的错的", "proof")):
        with pytest.raises(Invalid) as refusal:
            service.sign_many(actor, chosen, proof)
        assert refusal.value.field == field
    assert agreement.state == "awaiting_enterprise"


def test_what_is_signed_for_a_seat_that_is_gone_is_refused_and_taken_back(table: Table) -> None:
    agreement = table.issued()
    agreement.placement.state = "released"
    db.session.flush()
    with pytest.raises(WrongState, match="已让出"):
        sign_turn(table, agreement)
    assert service.withdraw_orphans() == 1 and agreement.state == "withdrawn"


def test_everybody_concerned_is_told(table: Table) -> None:
    agreement = table.signed("in_force")
    told = db.session.scalars(select(Message.subject).where(Message.user_id == agreement.user_id)).all()
    assert {"协议发给您了", "协议生效了"} <= set(told)
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 1


def test_a_stranger_acts_for_nobody(table: Table) -> None:
    agreement = table.issued()
    assert service.party_of(actor_for(make_user("路人")), agreement) is None


def test_signing_ends_with_the_day_it_had_to_end(table: Table) -> None:
    agreement = table.issued()
    with at(agreement.sign_by + dt.timedelta(seconds=1)), pytest.raises(WrongState, match="时间已经过了"):
        sign_turn(table, agreement)
    with at(agreement.sign_by):
        sign_turn(table, agreement)
    assert agreement.state == "awaiting_enterprise"
