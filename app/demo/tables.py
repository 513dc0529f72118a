"""The invented alliance as rows: what stands in the bundled workbooks, and tracks people choose from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core.labels import FIELDS
from app.demo import courses
from app.demo.alliance import FIRMS, POSTS, SCHOOLS, firm_code, school_code
from app.demo.calendar import ANCHOR, ENROLMENT
from app.demo.courses import SHAPES, SHORT, Shape
from app.demo.wishes import Offer
from app.law.eligibility import TrackFacts

Facts = dict[str, Any]
INSURANCE = "养老、医疗、失业、工伤、生育保险和住房公积金"
SAFETY = {
    (): "上岗前有三天安全培训，发工作服和手套",
    ("dust",): "铺层间有抽风除尘，发防尘口罩，每年体检",
    ("toxic",): "通风橱内作业，发防毒面具和手套，每年体检",
    ("noise",): "发耳塞，噪声区轮换，每年体检",
    ("fire_explosion_burns",): "设联锁和防护门，发隔热手套，持证上岗",
    ("other_occupational",): "高压断电后作业，发绝缘手套和鞋，两人一组",
}


def schools() -> list[Facts]:
    return [
        {
            "name": name, "code": code, "credit_code": school_code(i), "district": district, "address": address,
            "head": head, "contact": contact, "phone": f"0000-560{i:04d}",
            "introduction": f"{name}（虚构）办{len(_fields_of(i))}个领域的订单班，校内有实训车间。",
        }
        for i, (name, code, district, address, head, contact) in enumerate(SCHOOLS)
    ]  # fmt: skip


def _fields_of(school: int) -> set[str]:
    return {f for n, f in enumerate(FIRMS) for s in range(4) if courses.school_of(n, s) == school}


def enterprises() -> list[Facts]:
    rows: list[Facts] = []
    for field, firms in FIRMS.items():
        for name, district, head, contact, staff in firms:
            number = len(rows)
            rows.append({
                "name": name, "credit_code": firm_code(number), "district": district,
                "address": f"创新路{12 + 7 * number}号", "head": head, "contact": contact,
                "phone": f"0000-570{number:04d}", "staff": staff, "field": field,
                "introduction": f"{name}（虚构），做{FIELDS[field]}，职工{staff}人。",
            })  # fmt: skip
    return rows


def firm_of(field: str, place: int) -> int:
    """Two positions for each of a field's enterprises; the last takes a seventh."""
    return list(FIRMS).index(field) * 3 + min(2, place // 2)


def position_code(field: str, place: int) -> str:
    return f"{SHORT[field]}{place + 1:02d}"


def positions() -> list[Facts]:
    firms = enterprises()
    return [
        _position(field, place, firms[firm_of(field, place)])
        for field, posts in POSTS.items()
        for place in range(len(posts))
    ]


def _position(field: str, place: int, firm: Facts) -> Facts:
    name, duties, requirements, wage, shift, hazards = POSTS[field][place]
    known = place % 3 != 2  # a third of the positions are new and have no pay of last year to show
    return {
        "credit_code": firm["credit_code"], "enterprise": firm["name"], "code": position_code(field, place),
        "name": name, "field": field, "headcount": courses.headcounts(field)[place], "duties": f"{duties}。",
        "requirements": f"{requirements}。", "conditions": "车间有空调和休息室，班中休息两次，有食堂。",
        "safety": f"{SAFETY[hazards]}。", "district": firm["district"], "address": firm["address"], "shift": shift,
        "wage_low": wage, "wage_high": wage + 500 + 100 * (place % 4), "contract_months": 36, "probation_months": 3,
        "probation_wage": wage - 300, "insurance": INSURANCE, "hazards": list(hazards),
        "last_pay": wage + 180 + 40 * place if known else None, "last_pay_people": 9 + 4 * place if known else None,
        "last_pay_source": "企业工资表，上一年" if known else "", "valid_until": ANCHOR + dt.timedelta(days=300),
    }  # fmt: skip


def class_code(field: str, shape: Shape) -> str:
    return f"{SHORT[field]}{shape.key}"


def classes() -> list[Facts]:
    """Facts of the 32 classes with ``tracks`` [{credit_code, code, quota}], ``hours`` and ``reserves``."""
    listed = schools()
    return [
        _class(f, field, s, shape, listed[courses.school_of(f, s)])
        for f, field in enumerate(FIRMS)
        for s, shape in enumerate(SHAPES)
    ]


def _class(f: int, field: str, s: int, shape: Shape, school: Facts) -> Facts:
    major = courses.COURSES[field][s][0]
    label = f"{field} {shape.key}"
    lottery = label in courses.BY_LOTTERY
    weekend = shape.mode == "part_time"
    return {
        "school": school["name"], "school_code": school["code"], "code": class_code(field, shape),
        "name": f"{major}（{FIELDS[field]}{shape.form}）", "major": major, "field": field, "level": shape.level,
        "start_point": shape.start_point, "years": shape.years, "mode": shape.mode,
        "audience": courses.AUDIENCE.get(label, "open"), "seats": shape.seats, "min_open": shape.min_open,
        "age_min": shape.age[0], "age_max": shape.age[1], "relaxed": shape.relaxed, "reference_date": ENROLMENT,
        "enrolment_date": ENROLMENT,
        "on_post_date": dt.date(ENROLMENT.year + shape.years, 1, 10),
        "internship_months": 6 if shape.mode == "full_time" else 0,
        "internship_from_year": shape.years - 1 if shape.mode == "full_time" else 0,
        "score_rule": "lottery" if lottery else "score",
        "score_text": "" if lottery else "面试40分，动手测试60分，满分100",
        "tuition": "免学费" if shape.mode == "full_time" else "政府补贴培训，个人不交",
        "aid": "家庭困难的可申请助学金" if shape.mode == "full_time" else "按规定申领职业培训补贴",
        "boarding": "可住校，每学年800元" if shape.mode == "full_time" else "走读",
        "timetable": "周六、周日和两个晚上上课" if weekend else "周一到周五白天上课",
        "certificate": courses.CERTIFICATES[shape.level], "teacher": f"{school['contact']}（讲师）",
        "mentor": f"{enterprises()[firm_of(field, courses.track_quotas(field, shape)[0][0])]['contact']}（技师）",
        "last_cutoff": None if lottery else 58 + (7 * f + 3 * s) % 17, "last_filled": shape.seats - (5 * f + s) % 9,
        "tracks": _tracks(field, shape), "hours": courses.hours_of(shape, 4 * f + s),
        "reserves": courses.reserves_of(field, shape),
    }  # fmt: skip


def _tracks(field: str, shape: Shape) -> list[Facts]:
    firms = enterprises()
    tracks: list[Facts] = [
        {
            "credit_code": firms[firm_of(field, place)]["credit_code"], "code": position_code(field, place),
            "quota": quota,
        }
        for place, quota in courses.track_quotas(field, shape)
    ]
    if shape.key == "A" and field in courses.SEAT_ONLY:
        tracks.append({"credit_code": None, "code": None, "quota": courses.SEAT_ONLY_QUOTA})
    return tracks


def offers() -> list[Offer]:
    """The 55 tracks as people see them, around ANCHOR."""
    posts = {row["code"]: row for row in positions()}
    places = {row["code"]: row["district"] for row in schools()}
    return [_offer(row, track, posts.get(track["code"]), places) for row in classes() for track in row["tracks"]]


def _offer(row: Facts, track: Facts, post: Facts | None, places: dict[str, str]) -> Offer:
    return Offer(
        key=offer_key(row["school_code"], row["code"], post["code"] if post else None),
        class_code=row["code"],
        field=row["field"],
        school=row["school_code"],
        school_district=places[row["school_code"]],
        wage=post["wage_low"] if post else None,
        shift=post["shift"] if post else "",
        by_score=row["score_rule"] == "score",
        facts=TrackFacts(
            start_points=(row["start_point"],), reference_date=row["reference_date"], age_min=row["age_min"],
            age_max=row["age_max"], relaxed=row["relaxed"], audience=row["audience"], school_id=row["school_code"],
            enterprise_id=post and post["credit_code"], seat_only=post is None,
            hazards=tuple(post["hazards"]) if post else (), on_post_date=row["on_post_date"],
        ),
    )  # fmt: skip


def offer_key(school: str, class_code: str, position_code: str | None) -> str:
    """How people's dice name a track."""
    return f"{school}/{class_code}/{position_code or '-'}"
