"""First chapter: an alliance, its organisations, a position, an order class, a round that opens."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Browser

from app.core.clock import CHINA, now, today
from app.core.identifiers import make_credit_code
from tests.app.make_applications import make_picture
from tests.journeys.hands import Person
from tests.journeys.people import invitation_on, joins, signs_up, years_ago
from tests.journeys.town import Town

# What each moment of the round is, in days after the opening.
CALENDAR = {"opens_at": 0, "deadline": 10, "guardian_due": 12, "evidence_due": 14, "publish_at": 16, "respond_by": 21,
            "sign_by": 60}  # fmt: skip


def an_alliance_is_founded(town: Town, browser: Browser) -> tuple[Person, Person]:
    """The first administrator follows her link, founds an alliance and invites two coordinators, who come."""
    admin = joins(town, browser, town.admin_link, "苏管理", "14000000001")
    facts = {"name": "海滨技工教育联盟（测试）", "lead": "海岬技师学院", "phone": "0000-1234567"}
    admin.go("/alliances").fill(**facts).press("建这个联盟")
    links = [invitation_on(admin.fill(title="协调员").press("生成邀请链接")) for _ in range(2)]
    return (
        joins(town, browser, links[0], "周婉", "14000000002"),
        joins(town, browser, links[1], "韩立群", "14000000003"),
    )


def organisations_register(town: Town, browser: Browser) -> tuple[Person, Person]:
    school = _registers(town, browser, "school", "海岬技师学院", "14000000004", code="SD09")
    return school, _registers(town, browser, "enterprise", "北桅装备有限公司", "14000000005", staff="300")


def _registers(town: Town, browser: Browser, kind: str, name: str, phone: str, **more: str) -> Person:
    """Sign up by phone, then register an organisation with its licence and ask to join the alliance."""
    person = signs_up(town, browser, f"{name[:2]}经办", phone, years_ago(35), narrow=False)
    prefix = "12371000XA00" if kind == "school" else "91371000XB00"
    person.go(f"/organisations/{kind}/new").fill(
        name=name, credit_code=make_credit_code(prefix + phone[-5:]), head="闻人毅", district="371002",
        address="虚构路1号", contact="崔明", phone="0000-7654321", introduction="虚构的单位，供测试用。", **more,
    )  # fmt: skip
    return person.hand_over("licence", make_picture(600, 400)).press("提交登记").sees("等审核")


def they_are_let_in(coordinator: Person) -> None:
    for kind in ("school", "enterprise"):
        coordinator.go(f"/organisations/{kind}/1").press("通过登记").sees("已通过")
        if coordinator.says("同意加入"):
            coordinator.press("同意加入")
        coordinator.sees("已加入")


def a_position_is_posted(firm: Person, coordinator: Person) -> None:
    """An unlawful demand is stopped with its article; without it the position is checked and published."""
    firm.go("/positions/new").fill(
        name="电气装配工", field="smart_manufacturing", headcount="10", wage_low="4600", wage_high="5200",
        shift="白班8小时，每周休2天", district="371002", address="环翠区虚构路9号",
        valid_until=(today() + dt.timedelta(days=90)).isoformat(), duties="按图配线，上电调试控制柜",
        requirements="限男，会看电气图", conditions="室内车间，站着干活", safety="发护具，先培训再上岗",
        contract_months="36", probation_months="3", probation_wage="4200", insurance="五险",
    )  # fmt: skip
    firm.press("提交审核").sees("就业促进法")
    firm.fill(requirements="会看电气图，手稳").press("提交审核").sees("等审核")
    # A refused attempt may use up a number, so the page is taken from where the enterprise stands.
    coordinator.go(firm.page.url).press("通过并公布")


def an_order_class_is_opened(school: Person, coordinator: Person) -> None:
    """A class with its hours on the line (R1, R2) and one track; checked and published."""
    school.go("/order-classes/new").fill(**_class_facts()).press("保存订单班").go("/order-classes/1/hours")
    hours = {"professional": "400", "workshop": "200", "core": "300", "ordinary_core": "200"}
    for year in range(1, 6):
        school.fill(**{f"y{year}_{kind}": count for kind, count in hours.items()})
    school.press("保存课时表").go("/order-classes/1/tracks")
    position = school.page.locator("[name='position'] option", has_text="电气装配工").get_attribute("value") or ""
    school.fill(position=position, quota="2").press("加上这个岗位")
    school.go("/order-classes/1").press("提交审核").sees("等审核")
    coordinator.go("/order-classes/1").press("通过并公布")


def _class_facts() -> dict[str, str]:
    enrolment = today() + dt.timedelta(days=200)
    return {
        "name": "电气自动化设备安装与维修", "major": "电气自动化设备安装与维修", "field": "smart_manufacturing",
        "level": "advanced", "start_point": "junior", "years": "5", "mode": "full_time", "audience": "open",
        "seats": "2", "min_open": "1", "age_min": "15", "age_max": "22", "enrolment_date": enrolment.isoformat(),
        "on_post_date": (enrolment + dt.timedelta(days=1500)).isoformat(), "internship_months": "6",
        "internship_from_year": "4", "score_rule": "score", "score_text": "面试打分，满分100", "tuition": "免学费",
        "aid": "可申请助学金", "boarding": "可住校", "timetable": "周一到周五白天",
        "certificate": "高级工职业技能等级证书", "teacher": "庄维", "mentor": "郭建中",
    }  # fmt: skip


def a_round_is_opened(coordinator: Person) -> None:
    """A round whose applications began yesterday, with the one class in it."""
    start = now().astimezone(CHINA) - dt.timedelta(days=1)
    calendar = {k: (start + dt.timedelta(days=d)).strftime("%Y-%m-%dT%H:%M") for k, d in CALENDAR.items()}
    coordinator.go("/rounds/new").fill(name="测试批次", code="27T", **calendar).press("保存批次")
    coordinator.press("选订单班（已选0个）").fill(classes="1").press("保存选好的班").press("开始报名").sees("正在报名")
