"""One journey: from the first administrator's link to an agreement in force, every step in a real browser."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from app.core.identifiers import make_credit_code, make_resident_id
from tests.app.make_applications import make_picture
from tests.journeys.conftest import Town
from tests.journeys.hands import Person

PASSWORD = "海风吹过青石板2027"
TODAY = dt.date.today()
ENROLMENT = TODAY + dt.timedelta(days=200)


def joins(town: Town, browser: Any, link: str, name: str, phone: str) -> Person:
    """Follow an invitation, make an account, and stand at the desk."""
    person = Person(browser, town.url)
    person.go(link).fill(name=name, phone=phone, password=PASSWORD).press("建账号，接受邀请")
    person.phone = phone  # type: ignore[attr-defined]
    return person


def comes_back(person: Person) -> None:
    """Log in again: time has passed and the old session with it."""
    person.go("/log-in").fill(login=person.phone, password=PASSWORD).press("登录")  # type: ignore[attr-defined]


def invitation_on(person: Person) -> str:
    found = re.search(r"https?://[^\s\"]+/welcome/[^\s\"]+", person.page.content())
    assert found, person.text[:1000]
    return found.group(0)


def registers(town: Town, browser: Any, kind: str, name: str, phone: str, **more: str) -> Person:
    """Sign up by phone, then register an organisation and ask to join the alliance."""
    person = signs_up(town, browser, f"{name}经办", phone, TODAY.replace(year=TODAY.year - 35), narrow=False)
    person.go(f"/organisations/{kind}/new")
    prefix = "12371000XA00" if kind == "school" else "91371000XB00"
    person.fill(
        name=name,
        credit_code=make_credit_code(prefix + phone[-5:]),
        head="闻人毅",
        district="371002",
        address="虚构路1号",
        contact="崔明",
        phone="0000-7654321",
        introduction="虚构的单位，供测试用。",
        **more,
    )
    person.page.set_input_files(
        "[name=licence]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_picture(600, 400)}
    )
    person.press("提交登记").sees("等审核")
    return person


def signs_up(town: Town, browser: Any, name: str, phone: str, birth: dt.date, narrow: bool = True) -> Person:
    person = Person(browser, town.url, narrow)
    person.go("/sign-up").fill(phone=phone).press("发验证码").fill(code=town.code_to(phone)).press("下一步")
    person.fill(name=name, identity_kind="resident_id", identity=make_resident_id("371002", birth, int(phone[-3:])))
    person.fill(terms="yes", personal_data="yes", identity_number="yes", password=PASSWORD).press("注册")
    person.phone = phone  # type: ignore[attr-defined]
    return person


@pytest.mark.browser
@pytest.mark.timeout(280)
def test_from_the_first_administrators_link_to_an_agreement_in_force(town: Town, browser: Any, tmp_path: Path) -> None:
    # The first administrator founds an alliance and invites two coordinators.
    admin = joins(town, browser, town.admin_link, "苏管理", "14000000001")
    admin.go("/alliances").fill(name="海滨技工教育联盟（测试）", lead="海岬技师学院", phone="0000-1234567").press(
        "建这个联盟"
    )
    links = []
    for _ in range(2):
        admin.fill(title="协调员").press("生成邀请链接")
        links.append(invitation_on(admin))
    first = joins(town, browser, links[0], "周婉", "14000000002")
    second = joins(town, browser, links[1], "韩立群", "14000000003")

    # A school and an enterprise register, are checked and join.
    school = registers(town, browser, "school", "海岬技师学院", "14000000004", code="SD09")
    firm = registers(town, browser, "enterprise", "北桅装备有限公司", "14000000005", staff="300")
    for kind in ("school", "enterprise"):
        first.go(f"/organisations/{kind}/1").press("通过登记").sees("已通过")
        if first.page.get_by_role("button", name="同意加入").count():
            first.press("同意加入")
        first.sees("已加入")

    # The enterprise posts a position; an unlawful demand is stopped with its article.
    firm.go("/positions/new").fill(
        name="电气装配工",
        field="smart_manufacturing",
        headcount="10",
        wage_low="4600",
        wage_high="5200",
        shift="白班8小时，每周休2天",
        district="371002",
        address="环翠区虚构路9号",
        valid_until=(TODAY + dt.timedelta(days=90)).isoformat(),
        duties="按图配线，上电调试控制柜",
        requirements="限男，会看电气图",
        conditions="室内车间，站着干活",
        safety="发护具，先培训再上岗",
        contract_months="36",
        probation_months="3",
        probation_wage="4200",
        insurance="五险",
    ).press("提交审核").sees("就业促进法")
    firm.fill(requirements="会看电气图，手稳").press("提交审核").sees("等审核")
    first.go("/positions/1").press("通过并公布")

    # The school opens an order class with hours on the line and a track.
    school.go("/order-classes/new").fill(
        name="电气自动化设备安装与维修",
        major="电气自动化设备安装与维修",
        field="smart_manufacturing",
        level="advanced",
        start_point="junior",
        years="5",
        mode="full_time",
        audience="open",
        seats="2",
        min_open="1",
        age_min="15",
        age_max="22",
        enrolment_date=ENROLMENT.isoformat(),
        on_post_date=(ENROLMENT + dt.timedelta(days=1500)).isoformat(),
        internship_months="6",
        internship_from_year="4",
        score_rule="score",
        score_text="面试打分，满分100",
        tuition="免学费",
        aid="可申请助学金",
        boarding="可住校",
        timetable="周一到周五白天",
        certificate="高级工职业技能等级证书",
        teacher="庄维",
        mentor="郭建中",
    ).press("保存订单班")
    school.go("/order-classes/1/hours")
    for year in range(1, 6):
        school.fill(
            **{
                f"y{year}_{k}": v
                for k, v in (("professional", "400"), ("workshop", "200"), ("core", "300"), ("ordinary_core", "200"))
            }
        )
    school.press("保存课时表").go("/order-classes/1/tracks").fill(position="1", quota="2").press("加上这个岗位")
    school.go("/order-classes/1").press("提交审核").sees("等审核")
    first.go("/order-classes/1").press("通过并公布")

    # A round is set up, offered and opened.
    moments = {"opens_at": 0, "deadline": 10, "guardian_due": 12, "evidence_due": 14, "publish_at": 16, "respond_by": 21,
               "sign_by": 60}  # fmt: skip
    start = dt.datetime.now() - dt.timedelta(days=1)
    calendar = {k: (start + dt.timedelta(days=d)).strftime("%Y-%m-%dT%H:%M") for k, d in moments.items()}
    first.go("/rounds/new").fill(name="测试批次", code="27T", **calendar).press("保存批次")
    first.press("选订单班（已选0个）").fill(classes="1").press("保存选好的班").press("开始报名").sees("正在报名")

    # Somebody of 17 applies on her phone, with her guardian and a photographed paper.
    applicant = signs_up(town, browser, "林小禾", "14000000006", TODAY - dt.timedelta(days=365 * 17 + 30))
    applicant.go("/my-application").fits()
    applicant.press("开始报名").sees("林小禾").fits()
    applicant.go("/my-application/1/profile").fill(start_point="junior", district="371002").press("保存个人信息").fits()
    applicant.go("/my-application/1/categories").fill(categories="school_leaver").press("保存类别")
    picture = tmp_path / "paper.jpg"
    picture.write_bytes(make_picture(900, 700))
    for link in applicant.page.locator("a[href*='/papers/']").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    ):
        applicant.go(link).page.set_input_files("[name=file]", str(picture))
        applicant.page.locator("main button.btn-primary").first.click()
    applicant.go("/my-application/1/guardian").fill(name="林桂芳", relation="mother", phone="14000000007")
    applicant.page.locator("main button.btn-primary").first.click()
    applicant.go("/my-application/1/choices/add").press("加到志愿里").go("/my-application/1/choices").fits()
    applicant.go("/my-application/1/submit").fill(consent="yes").press("提交报名").fits()
    guardian = Person(browser, town.url, narrow=True)
    guardian.go(town.link_to("14000000007")).press("发验证码给我").fill(code=town.code_to("14000000007")).press(
        "看报名"
    )
    guardian.fill(agrees="yes").press("告诉孩子我的答复").sees("您已同意").fits()

    # Checking: papers, scores, close.
    town.pass_time(days=12, hours=1)
    comes_back(first)
    comes_back(school)
    first.go("/rounds/1").press("截止报名，开始核对").sees("正在核对材料")
    while True:
        first.go("/applications/papers")
        papers = first.page.locator("a[href^='/applications/papers/']").evaluate_all(
            "all => all.map(a => a.getAttribute('href')).filter(h => /papers\\/[0-9]+$/.test(h))"
        )
        if not papers:
            break
        first.go(papers[0])
        if first.page.get_by_role("button", name="打开看").count():
            first.press("打开看")
        first.press("看清了，通过")
    school.go("/applications/scores/1")
    school.page.locator("table input").first.fill("86")
    school.press("保存这一页的分数").sees("分数齐了")
    town.pass_time(days=2)
    comes_back(first)
    first.go("/rounds/1").press("结束核对，抽签").sees("抽签")

    # A trial run by the worker, two persons, publication.
    first.press("开始试算")
    for _ in range(60):
        if "算好了" in first.go("/rounds/1/runs").text:
            break
        first.page.wait_for_timeout(1000)
    first.go("/runs/1").sees("录取1人").fill(why="都有着落", proof=PASSWORD).press("提交审批")
    comes_back(second)
    second.go("/runs/1").fill(proof=PASSWORD).press("批准试算1")
    town.pass_time(days=2)
    comes_back(first)
    first.go("/runs/1").fill(proof=PASSWORD).press("公布结果").sees("已公布")

    # She reads the result and its reason, accepts; the guardian agrees.
    comes_back(applicant)
    applicant.go("/my-result").sees("您被第1志愿录取了", "每个志愿的结果和原因").fits()
    applicant.press("我去，接受录取").sees("等监护人同意")
    guardian.go(town.link_to("14000000007")).press("发验证码给我").fill(code=town.code_to("14000000007")).press(
        "看报名"
    )
    guardian.go("/guardian/placements/1").fill(agrees="yes").press("送出我的答复")
    applicant.go("/my-result").sees("名额是您的了")

    # The agreement is issued and signed in order: applicant, guardian, enterprise, school.
    first.go("/agreements/to-issue")
    first.page.locator("main input[type=checkbox]").first.check()
    first.page.locator("main button.btn-primary").first.click()
    signs(applicant, "/agreements/1", PASSWORD)
    guardian.go("/agreements/1").press("发验证码")
    signs(guardian, "/agreements/1", town.code_to("14000000007"), stay=True)
    comes_back(firm)
    signs(firm, "/agreements/1", PASSWORD)
    comes_back(school)
    signs(school, "/agreements/1", PASSWORD)
    applicant.go("/agreements/1").sees("已生效").fits()
    with applicant.page.expect_download() as paper:
        applicant.page.evaluate("location.href = '/agreements/1/paper.pdf'")
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"

    # Anybody with the paper can check it.
    code = re.search(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}", applicant.text)
    assert code
    Person(browser, town.url, narrow=True).go(f"/check?code={code.group(0)}").sees("已生效").fits()


def signs(person: Person, path: str, proof: str, stay: bool = False) -> None:
    """Tick every key term, prove, sign."""
    if not stay:
        person.go(path)
    for box in person.page.locator("main input[type=checkbox]:visible").all():
        box.check()
    person.fill(proof=proof)
    person.page.locator("button.btn-primary:visible").last.click()
    person.page.wait_for_load_state("load")
