"""``python -m tests.journeys.small_round``: the demonstration's story in small, told until its results are out.

Prints, as one line of JSON, who may log in: a person with an offer, one without a seat, one who is asked for a consent
after her yes, and a coordinator.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.accounts.sealed import phone_of
from app.accounts.service import set_password
from app.applications.guardians import is_minor
from app.applications.models import Application, Choice
from app.core.db import db
from app.core.web import commit
from app.demo.__main__ import prepare
from app.demo.stage import Stage
from app.demo.story import solving
from app.demo.story.doing import PASSWORD, proof_of
from app.demo.telling import CHAPTERS
from app.organisations.queries import actor_of_user
from app.placements import answers, mending, reviews
from app.placements.models import Placement
from tests.app.demo.test_story import small_files, small_stage


def main() -> None:
    app = create_app()
    prepare(app)
    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        stage = small_stage(small_files(Path(folder)))
        for _, chapter in CHAPTERS:
            chapter(stage)
            if chapter is solving.publish:
                break
        with stage.at(-30, 10):
            people = {
                "asked again": _open_door(_asked_again(stage)), "offered": _open_door(_offered(stage)),
                "unplaced": _open_door(_unplaced(stage)),
            }  # fmt: skip
    print(json.dumps(people | {"coordinator": "14000009003", "password": PASSWORD}))


def _open_door(application: Application) -> str:
    """Give somebody the password of the printed accounts; returns her phone."""
    actor = actor_of_user(application.user)
    set_password(actor, application.user, PASSWORD, proof_of(actor))
    commit()
    return phone_of(application.user) or ""


def _offered(stage: Stage) -> Application:
    """Who was placed furthest from her first choice, for she has the most to decide."""
    found = select(Placement).filter_by(round_id=stage.notes["round"], state="offered")
    placement = db.session.scalars(found.order_by(Placement.rank.desc().nulls_last(), Placement.id)).first()
    assert placement is not None
    return placement.application


def _asked_again(stage: Stage) -> Application:
    """Who took her seat while a choice ahead, another enterprise's, was barred; a review has opened it since."""
    for placement in db.session.scalars(select(Placement).filter_by(round_id=stage.notes["round"], state="offered")):
        ahead = [choice for choice in placement.application.choices if choice.rank < (placement.rank or 0)]
        if ahead and not is_minor(placement.application) and _elsewhere(ahead[0], placement):
            break
    choice, actor, second = ahead[0], actor_of_user(placement.application.user), stage.actor("second")
    choice.barred_by = "class_age_max"
    answers.answer(actor, placement, "upgrade")
    review = reviews.ask(actor, placement.application, "paper", "我的年龄算错了")
    reviews.answer(second, review, True, "证件看过，年龄够", "mend_bar")
    mending.lift_bar(second, review, choice.id)
    commit()
    return placement.application


def _elsewhere(choice: Choice, placement: Placement) -> bool:
    there, here = choice.track.position, placement.track.position
    return there is not None and here is not None and there.enterprise_id != here.enterprise_id


def _unplaced(stage: Stage) -> Application:
    placed = select(Placement.application_id).filter_by(round_id=stage.notes["round"])
    found = select(Application).where(
        Application.round_id == stage.notes["round"], Application.state == "in_round", Application.id.not_in(placed)
    )
    application = db.session.scalars(found.order_by(Application.id)).first()
    assert application is not None
    return application


if __name__ == "__main__":
    main()
