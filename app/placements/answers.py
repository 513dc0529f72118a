"""What a placed person may say: yes, yes-but-better, no; a guardian's word; silence; 定岗 after the 16th birthday."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from app.accounts.telling import tell_person
from app.applications.guardians import send_link
from app.core.actor import SYSTEM, Actor
from app.core.clock import now, today
from app.core.dates import said
from app.core.db import db
from app.core.errors import Invalid, WrongState
from app.core.history import record
from app.core.states import compare_and_set
from app.law.age import may_hold_position, needs_guardian
from app.order_classes.models import Track
from app.placements.consenting import ask
from app.placements.models import Placement
from app.placements.recipients import recipients_of, record_consent
from app.placements.snapshot import HOLDING
from app.placements.states import PLACEMENT
from app.positions.models import Position
from app.rounds.models import Round

ANSWERS = {"accept": "就去这里", "upgrade": "有更靠前的就换", "decline": "不去了"}


def answer(
    actor: Actor, placement: Placement, what: str, why: str = "", version: int | None = None, *, consents: bool = True
) -> None:
    """The person's own answer. A minor's yes waits for her guardian (民法典 art. 145). ``consents``: she ticked that
    the enterprises named beside the tick may see who is coming.

    Raises:
        WrongState: too late, or answered already.
        Invalid: an unknown answer (field ``answer``), or a yes without the tick (field ``consent``).
    """
    if what not in ANSWERS:
        raise Invalid("请选去不去", "answer")
    if placement.state == "offered" and now() > placement.answer_by:
        raise WrongState("答复的时间已经过了，名额让给了后面的人。可以参加补录")
    if what == "decline":
        PLACEMENT.move(placement, "decline", actor, why=why, version=version, answered_at=now(), because=why[:500])
        _tell(placement, "您放弃了录取", "名额已经让出。不是您本人放弃的，请马上打咨询电话。")
        return
    if what == "upgrade" and (placement.rank or 99) == 1:
        raise Invalid("这已经是您的第1志愿了，直接选“就去这里”", "answer")
    if not consents and recipients_of(placement):
        raise Invalid("要去，请先勾选同意。企业要知道是谁要来", "consent")
    minor = needs_guardian(_birth(placement), today())
    if minor and placement.application.guardian is None:
        raise Invalid("还没有填监护人。请先填监护人的姓名和电话")
    action = "ask_guardian" if minor else "accept"
    PLACEMENT.move(placement, action, actor, version=version, answered_at=now(), upgrade=what == "upgrade")
    record_consent(placement, what == "upgrade")
    if minor:
        _ask_guardian(placement)
        due = said(placement.answer_by)
        _tell(placement, "收到您的答复", f"还差家里人同意，短信已经发过去了。{due}前不同意，名额就让给别人。")
        return
    _tell(placement, "收到您的答复", "名额是您的了。接下来签三方协议，轮到您签时发短信。")


def _tell(placement: Placement, subject: str, body: str) -> None:
    """On the site and on her phone: also of what she did herself, for it may have been somebody else."""
    tell_person(placement.application.user, subject, body, link="/my-result")


def _ask_guardian(placement: Placement) -> None:
    """Her own way in, by text message; what waits for her stands on her page."""
    application = placement.application
    assert application.guardian is not None
    says = f"{application.user.name}被录取了，说要去。{said(placement.answer_by)}前等您同意，不答复名额就让给别人"
    send_link(application.guardian, says, "请您看孩子的录取")


def guardian_answer(actor: Actor, placement: Placement, agrees: bool) -> None:
    """The guardian agrees to a minor's yes, or not; only in time."""
    if placement.state == "accepting" and now() > placement.answer_by:
        raise WrongState("答复的时间已经过了")
    if agrees:
        PLACEMENT.move(placement, "guardian_agrees", actor, guardian_agreed_at=now())
        _tell(placement, "家里人同意了", "您的名额定下来了。接下来签三方协议。")
        # Meanwhile she may have taken her consent back, or a review opened a choice ahead.
        ask(placement, "的名额定下来了", tell_guardian=False)
        return
    PLACEMENT.move(placement, "guardian_refuses", actor, because="监护人不同意")
    _tell(placement, "家里人没有同意", "名额已经让出。有疑问可以打咨询电话。")


def lapse_overdue(round_: Round | None = None) -> int:
    """Silence until the deadline gives the seat up; returns how many lapsed."""
    late = select(Placement).where(Placement.state.in_(("offered", "accepting")), Placement.answer_by < now())
    if round_ is not None:
        late = late.where(Placement.round_id == round_.id)
    lapsed = list(db.session.scalars(late))
    for placement in lapsed:
        PLACEMENT.move(placement, "lapse", SYSTEM, why="到期没有答复")
        _tell(placement, "名额过期了", "到期没有收到您的答复，名额让给了后面的人。还可以参加补录。")
    return len(lapsed)


def release(actor: Actor, placement: Placement, why: str) -> None:
    """Free a seat whose agreement was refused, expired or voided."""
    PLACEMENT.move(placement, "release", actor, why=why, because=why[:500])


def offer_position(actor: Actor, placement: Placement, position: Position) -> None:
    """定岗: offer a position of her class, with free headcount, to a seat-only person who is 16 now.

    Raises:
        Invalid: too young, another class's position, or no headcount left (field ``position``).
        WrongState: not an accepted seat-only placement.
    """
    if placement.state != "accepted" or placement.track.position_id is not None or placement.position_id is not None:
        raise WrongState("只有已接受、还没有岗位的名额可以定岗")
    verdict = may_hold_position(_birth(placement), today())
    if not verdict.ok:
        raise Invalid(verdict.message, "position")
    if position.paused:
        raise Invalid("这个岗位暂停了，恢复以后才能定", "position")
    own = {t.position_id for t in placement.track.order_class.tracks if t.position_id}
    if position.id not in own:
        raise Invalid("这个岗位不在她的订单班里", "position")
    _lock(position)
    if taken(position.id) >= position.headcount:
        raise Invalid("这个岗位已经满了，请选另一个", "position")
    compare_and_set(placement, offered_position_id=position.id)
    record("placement", placement.id, actor, "offer_position", detail={"position": position.id})
    _tell(placement, "可以定岗了", f"您满16周岁了。班里给您留了“{position.name}”的岗位，请看看愿不愿意。")


def accept_position(actor: Actor, placement: Placement, position_id: int, *, consents: bool = True) -> None:
    """The person takes the offered position; only the one she saw. ``consents`` as in ``answer``."""
    if not consents:
        raise Invalid("要这个岗位，请先勾选同意。企业要知道是谁要来", "consent")
    if placement.offered_position_id is None or placement.offered_position_id != position_id:
        raise WrongState("给您留的岗位变了，请看现在的内容")
    compare_and_set(placement, position_id=position_id, offered_position_id=None)
    record("placement", placement.id, actor, "accept_position", detail={"position": position_id})
    db.session.refresh(placement, ["position", "offered_position"])
    record_consent(placement)
    _tell(placement, "岗位定下来了", "接下来签三方协议，轮到您签时发短信。不是您本人定的，请马上打咨询电话。")


def refuse_position(actor: Actor, placement: Placement) -> None:
    """The person does not want the offered position; the seat stays hers."""
    compare_and_set(placement, offered_position_id=None)
    record("placement", placement.id, actor, "refuse_position")
    _tell(placement, "您没有要这个岗位", "名额还是您的。有别的岗位空出来，再给您留。")


def taken(position_id: int) -> int:
    """How many of a position's headcount are held: by track, by 定岗, and by what is on offer."""
    held = func.coalesce(Placement.position_id, Placement.offered_position_id, Track.position_id)
    query = select(func.count()).select_from(Placement).join(Track, Track.id == Placement.track_id)
    return db.session.scalar(query.where(Placement.state.in_(HOLDING), held == position_id)) or 0


def _lock(position: Position) -> None:
    db.session.execute(select(Position.id).filter_by(id=position.id).with_for_update())


def _birth(placement: Placement) -> dt.date:
    birth = placement.application.user.birth_date
    if birth is None:
        raise WrongState("还没有出生日期，先补身份信息")
    return birth
