"""Messages leave once, are tried again when a sender fails, and are never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core import jobs, senders
from app.core.outbox import Message, tell, text_message
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
    assert carrier.carried == [("13900001111", "验证码123456")] and states(session) == ["sent"]


def test_what_is_read_on_the_site_is_not_sent_anywhere(session: Any, carrier: Carrier) -> None:
    tell(make_user().id, "结果出来了", "请看")
    assert senders.deliver_due() == 0 and carrier.carried == []


def test_a_failing_sender_keeps_the_message_until_its_tries_are_spent(session: Any, carrier: Carrier) -> None:
    text_message("13900001111", "通知", "请看结果")
    text_message("13900002222", "通知", "请看结果")
    carrier.failing = True
    assert senders.deliver_due() == 0 and states(session) == ["queued", "queued"]
    carrier.failing = False
    assert senders.deliver_due() == 2
    text_message("13900003333", "通知", "请看结果")
    carrier.failing = True
    for _ in range(senders.MOST_TRIES + 1):
        senders.deliver_due()
    assert states(session) == ["sent", "sent", "failed"]


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
