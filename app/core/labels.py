"""Every code that a person can see, with its Chinese word: one place, so that two pages never say it differently.

The left side is stored and compared; the right side is shown. Order matters: forms list them as they stand here.
"""

from __future__ import annotations

# The words that the rules of law use themselves; they stand below this module and are shown through it.
from app.law.words import (
    CATEGORIES,
    CATEGORY_EVIDENCE,
    EVIDENCE_KINDS,
    HAZARDS,
    LEVELS,
    MINOR_HAZARDS,
    OCCUPATIONAL_HAZARDS,
    SENSITIVE_CATEGORIES,
    START_POINTS,
)

__all__ = [
    "ACCOMMODATION", "AUDIENCES", "CATEGORIES", "CATEGORY_EVIDENCE", "CLASS_FORMS", "DISTRICTS", "EVIDENCE_KINDS",
    "EVIDENCE_LEVELS", "FIELDS", "HAZARDS", "ID_KINDS", "LEVELS", "LODGING", "MEALS", "MINOR_HAZARDS",
    "OCCUPATIONAL_HAZARDS", "RELATIONS", "REPORT_REASONS", "SENSITIVE_CATEGORIES", "SHIFTS", "START_POINTS",
    "STUDY_MODES", "WORKING_TIME_SYSTEMS", "choices", "label",
]

FIELDS = {
    "medical_devices": "医疗器械",
    "new_energy_vehicles": "新能源汽车",
    "low_altitude": "低空经济",
    "care": "康养托育",
    "textiles": "纺织服装",
    "smart_manufacturing": "智能制造",
    "culture_tourism": "文旅餐饮",
    "live_commerce": "直播电商",
}

STUDY_MODES = {"full_time": "全日制", "part_time": "非全日制", "social": "社会培训"}

CLASS_FORMS = {
    "named": "全程冠名班",
    "stage": "阶段选拔",
    "modern_apprentice": "现代学徒制",
    "enterprise_apprentice": "企业新型学徒制",
    "social_training": "社会培训",
}

AUDIENCES = {"open": "面向社会", "own_students": "本校学生", "employees": "企业职工"}

EVIDENCE_LEVELS = {"stated": "自述", "uploaded": "已上传", "verified": "已核验"}

DISTRICTS = {
    "371002": "环翠区",
    "371003": "文登区",
    "371082": "荣成市",
    "371083": "乳山市",
    "371071": "高区",
    "371072": "经区",
    "371073": "临港区",
    "371000": "威海市（全市）",
    "other": "威海以外",
}

RELATIONS = {
    "mother": "母亲",
    "father": "父亲",
    "grandparent": "祖父母、外祖父母",
    "sibling": "兄、姐",
    "appointed": "指定监护人",
    "other": "其他监护人",
}

ID_KINDS = {
    "resident_id": "居民身份证",
    "hmt_residence": "港澳台居民居住证",
    "foreign_permanent": "外国人永久居留身份证",
    "passport": "护照",
}

SHIFTS = {
    "day": "白班",
    "two_shift": "两班倒",
    "three_shift": "三班倒",
    "night": "夜班",
    "flexible": "弹性排班",
}

WORKING_TIME_SYSTEMS = {"standard": "标准工时制", "comprehensive": "综合计算工时制", "irregular": "不定时工时制"}

LODGING = {"free": "包住", "paid": "可住，自付", "none": "不提供住宿"}

MEALS = {"free": "包吃", "subsidised": "有餐补", "canteen": "有食堂，自付", "none": "不提供伙食"}

ACCOMMODATION = {"boarding": "可住校", "day": "走读", "none": "不提供住宿"}

# What people report about a posting; the first ones are what costs them most.
REPORT_REASONS = {
    "fee": "要交押金、介绍费或别的钱",
    "papers": "扣身份证、毕业证",
    "pay": "工资和写的不一样",
    "work": "活儿、班次或地点和写的不一样",
    "discrimination": "挑性别、年龄、户籍、婚育或病毒携带",
    "child": "让没满16周岁的人上岗",
    "fake": "企业或者岗位是假的",
    "other": "别的问题",
}


def label(table: dict[str, str], code: str | None, missing: str = "未填") -> str:
    """The Chinese word of ``code``; an unknown code shows itself, so that nothing old ever turns blank."""
    if code is None or code == "":
        return missing
    return table.get(code, code)


def choices(table: dict[str, str]) -> list[tuple[str, str]]:
    """The pairs a select field wants, in the order of the table."""
    return list(table.items())
