"""Put an open round with three order classes into the installation that the environment names, without any browser.

Run as `python -m tests.journeys.open_round`: a test that is only about applying starts from here within seconds.
"""

from __future__ import annotations

from app import create_app
from app.core.web import commit
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_alliance, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round

CLASSES = ("精密制造", "电气自动化", "新能源汽车检测")


def open_round() -> None:
    alliance = make_alliance()
    school, enterprise = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    position = make_position(enterprise)
    classes = [make_class(school, alliance, name=name) for name in CLASSES]
    for order_class in classes:
        make_track(order_class, position, quota=5)
    make_round(alliance, classes)


if __name__ == "__main__":
    with create_app().app_context():
        open_round()
        commit()
