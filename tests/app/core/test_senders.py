"""Messages leave once, are tried again when a sender fails, and are never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core import jobs, senders
from app.core.outbox import LONGEST_TEXT, UNPLACED_FIRST, Message, tell, text_message
from tests.app.make_accounts import make_user


class Carrier:
    """A sender that remembers what it carried, and fails while told to."""

    def __init__(self) -> None:
        self.carried: list[tuple[str, str]] = []
        self.failing = False

    def __call__(self, address: str, subject: str, body: str) -> None:
        if self.failing:
            raise ConnectionError("the gateway is away")
        self.carried.append((address, body))


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    before, made = senders.SENDERS["sms"], Carrier()
    senders.use("sms", made)
    yield made
    senders.use("sms", before)


def states(session: Any) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Message.state).where(Message.channel == "sms").order_by(Message.id)))


def test_a_queued_message_goes_out_once_with_its_sealed_words(session: Any, carrier: Carrier) -> None:
    text_message("13900001111", "验证码", "验证码123456", secret=True)
    assert senders.deliver_due() == 1
    assert senders.deliver_due() == 0
    assert carrier.carried == [("13900001111", "【三方订单班】验证码：验证码123456")] and states(session) == ["sent"]


def test_what_is_read_on_the_site_is_not_sent_anywhere(session: Any, carrier: Carrier) -> None:
    tell(make_user().id, "结果出来了", "请看")
    assert senders.deliver_due() == 0 and carrier.carried == []


def test_a_failing_sender_is_tried_again_later_and_later_until_its_tries_are_spent(
    session: Any, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_message("13900001111", "通知", "请看结果")
    carrier.failing, clock = True, [jobs.machine_now()]
    monkeypatch.setattr(jobs, "machine_now", lambda: clock[0])
    assert senders.deliver_due() == 0 and states(session) == ["queued"]
    for wait in senders.WAITS:
        row = session.scalars(select(Message)).one()
        assert row.try_after == clock[0] + wait and row.fault == "ConnectionError"
        carrier.failing, tries = False, row.tries
        assert senders.deliver_due() == 0, "it is not its time yet"
        carrier.failing = True
        clock[0] += wait
        assert senders.deliver_due() == 0
        session.expire_all()
        assert row.tries == tries + 1
    assert states(session) == ["failed"] and row.tries == senders.MOST_TRIES


def test_a_spent_message_goes_out_after_the_administrator_queues_it_again(session: Any, carrier: Carrier) -> None:
    text_message("13900001111", "通知", "请看结果")
    session.flush()
    row = session.scalars(select(Message)).one()
    row.state, row.tries = "failed", senders.MOST_TRIES
    session.flush()
    assert senders.again(row) and not senders.again(row)
    assert senders.deliver_due() == 1 and states(session) == ["sent"]


def test_codes_overtake_everything_and_the_unplaced_everybody_else(session: Any, carrier: Carrier) -> None:
    user = make_user()
    tell(user.id, "您被录取了", "请答复", phone="13900001111")
    tell(user.id, "结果出来了", "这一轮没有录取", phone="13900002222", priority=UNPLACED_FIRST)
    tell(user.id, "您被录取了", "请答复", phone="13900003333")
    text_message("13900004444", "验证码", "123456", secret=True)
    assert senders.deliver_due() == 4
    assert [phone[-4:] for phone, _ in carrier.carried] == ["4444", "2222", "1111", "3333"]


def test_a_text_message_fits_into_two_parts_and_a_secret_is_never_cut(session: Any, carrier: Carrier) -> None:
    tell(make_user().id, "报名要补材料", "照片看不清" * 90, phone="13900001111")
    link = "https://example.org/guardian/" + "x" * 200
    text_message("13900002222", "请看", link, secret=True)
    assert senders.deliver_due() == 2
    told = dict(carrier.carried)
    assert len(told["13900001111"]) == LONGEST_TEXT and told["13900001111"].endswith("全文请登录看")
    assert told["13900001111"].startswith("【三方订单班】报名要补材料：照片看不清")
    assert told["13900002222"].endswith(link)


def test_a_message_whose_worker_died_is_taken_up_by_another(session: Any, carrier: Carrier) -> None:
    text_message("13900001111", "通知", "请看结果")
    session.flush()
    row = session.scalar(select(Message))
    assert senders._claim(row.id) is not None and senders._claim(row.id) is None
    assert senders.deliver_due() == 0
    long_ago = jobs.machine_now() - senders.STUCK_AFTER - dt.timedelta(seconds=1)
    session.execute(update(Message).values(sent_at=long_ago))
    assert senders.deliver_due() == 1 and len(carrier.carried) == 1


def test_the_task_delivers_and_says_how_many(session: Any, carrier: Carrier) -> None:
    text_message("13900001111", "通知", "请看结果")
    job = jobs.enqueue("deliver_messages")
    session.commit()
    assert jobs.run_due() == 1
    assert session.get(jobs.Job, job.id, populate_existing=True).says == "发出1条"


def test_the_console_sender_never_writes_number_or_words(session: Any, caplog: Any) -> None:
    with caplog.at_level("INFO"):
        senders._console("13900001111", "验证码", "验证码123456")
    written = caplog.text + str([vars(record) for record in caplog.records])
    assert "13900001111" not in written and "123456" not in written
