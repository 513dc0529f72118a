"""Words from which invented people are made: names, streets, districts with their places on a small map."""

from __future__ import annotations

SURNAMES = (
    "王", "于", "张", "刘", "李", "孙", "宋", "姜", "丛", "毕", "鞠", "邹", "曲", "初",
    "隋", "慕容", "车", "栾", "苗", "夏", "董", "吕", "梁", "戚", "汤", "唐", "林", "侯",
    "邵", "原", "连", "龙", "许", "滕", "柳", "荆", "尤", "谷", "纪", "尹",
)  # fmt: skip
GIVEN_FIRST = "海文明晓子佳雨思嘉志建永春玉秀振丽宏俊欣浩一承若可书予安亦清景知意小新学家宁"
GIVEN_LAST = "波强霞燕军伟娜敏静杰辉鹏磊涛萍琳婷宇轩涵然泽桐苗禾舟帆远航恒源川岩松柏阳晨曦月星辰"
# Characters beyond the usual fonts; people really bear them and every page and paper has to show them.
RARE_NAMES = ("王㛃", "宋䶮", "于𬭎", "丛𫖯", "毕㼆", "鞠𠅤", "姜㛃宁", "曲䶮")

STREETS = ("文化路", "海滨路", "世昌大道", "昆明路", "珠海路", "米山路", "成山大道", "青山路", "胜利街", "黄河路",
           "东山街")  # fmt: skip

# district → share of the people, region digits of identity numbers, and a place on a small map (units of about 20 km).
DISTRICTS: dict[str, tuple[float, tuple[str, ...], tuple[float, float]]] = {
    "371002": (0.24, ("371002",), (0.0, 0.0)),
    "371071": (0.14, ("371002",), (-0.5, -0.1)),
    "371072": (0.12, ("371002",), (0.5, -0.3)),
    "371073": (0.06, ("371002", "371003"), (0.5, -1.0)),
    "371003": (0.18, ("371003", "371081"), (0.0, -1.9)),
    "371082": (0.13, ("371082",), (2.2, -1.2)),
    "371083": (0.09, ("371083",), (-2.2, -2.8)),
    "other": (0.04, ("370602", "370782", "230103", "411502"), (-5.0, -4.0)),
}


def distance(one: str, other: str) -> float:
    """How far two districts lie apart, at most 3 units: whoever lives far away boards."""
    (x, y), (u, v) = (DISTRICTS.get(d, DISTRICTS["371002"])[2] for d in (one, other))
    return min(3.0, float(((x - u) ** 2 + (y - v) ** 2) ** 0.5))
