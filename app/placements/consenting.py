"""The consent that is still wanting after the yes.

A yes names the enterprises it leads to. A review may lift a bar afterwards, and a repair then move her to an enterprise
that she was never asked about: until she has named it nothing about her goes there and no agreement is issued. She
hears of it when the need arises and consents on a page of its own. From 14 this consent is a person's own word
(个人信息保护法 art. 31), as at the yes; a minor's guardian is told, and signs the agreement or does not.
"""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.telling import tell_person
from app.applications.guardians import is_minor, send_link
from app.applications.models import Choice
from app.core.actor import Actor
from app.core.errors import Invalid, WrongState
from app.core.history import record
from app.core.states import compare_and_set
from app.placements.models import Placement
from app.placements.queries import my_placement
from app.placements.recipients import ahead_of, name_in_consent, unnamed


def page_of(placement: Placement) -> str:
    """The address of the page on which she consents."""
    return f"/placements/{placement.id}/consent"


def ask(placement: Placement, what_happened: str, *, tell_guardian: bool = True) -> None:
    """Tell her that her consent is wanting, where it is. ``what_happened`` goes on after 您 or after her name."""
    names = "、".join(unnamed(placement).values())
    if not names:
        return
    user, guardian = placement.application.user, placement.application.guardian
    body = f"您{what_happened}。请登录，点同意把资料给{names}。点了同意，才能签那里的协议。"
    tell_person(user, "还差您点同意", body, link=page_of(placement))
    if tell_guardian and guardian is not None and is_minor(placement.application):
        says = f"{user.name}{what_happened}。资料要给{names}，等孩子自己点同意，请您也看看"
        send_link(guardian, says, "请您看孩子的录取")


def bar_lifted(choice: Choice) -> None:
    """A review opened one of her choices. Somebody who holds a seat that may rise there is asked at once; a page on
    which she is about to say yes does not name that enterprise, so it is out of date."""
    placement = my_placement(choice.application)
    if placement is None or choice.track not in ahead_of(placement):
        return
    if placement.state == "offered":
        compare_and_set(placement)
    ask(placement, f"的第{choice.rank}志愿更正了，有名额就换过去")


def consent(actor: Actor, placement: Placement, chosen: Collection[int]) -> None:
    """She consents, by name, to her data going to the enterprises she ticked; one at least.

    Raises:
        WrongState: the seat is not hers any more, or no consent is wanting.
        Invalid: nothing is ticked, or an enterprise that is not asked for (field ``enterprises``).
    """
    if placement.state != "accepted":
        raise WrongState("这个名额变了，请看现在的录取结果")
    wanting = unnamed(placement)
    if not wanting:
        raise WrongState("现在没有要您点同意的")
    if not chosen:
        raise Invalid("请勾选同意给哪家企业", "enterprises")
    if not set(chosen) <= wanting.keys():
        raise Invalid("名单变了，请看现在的再勾", "enterprises")
    named = {key: wanting[key] for key in chosen}
    name_in_consent(placement, named)
    record("placement", placement.id, actor, "consent", detail={"enterprises": sorted(named)})
    body = f"{'、'.join(named.values())}可以看您的录取资料了。不是您本人点的，请马上打咨询电话。"
    tell_person(placement.application.user, "收到您的同意", body, link="/my-result")
