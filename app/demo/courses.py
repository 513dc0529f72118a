"""The invented alliance's 32 order classes: four of every field, their 55 tracks, ages, reserves and hours."""

from __future__ import annotations

from dataclasses import dataclass

# field → for its classes A (junior), B (senior), C (part-time) and D (short): the major, and the places of its
# positions in alliance.POSTS. Majors are names of existing ones, without codes. Two fields have a seventh position,
# which their class C takes; smart_manufacturing's 电气装配工 (place 2) is shared by its classes A and C.
Course = tuple[str, tuple[int, ...]]
COURSES: dict[str, tuple[Course, Course, Course, Course]] = {
    "medical_devices": (
        ("机电设备安装与维修", (0, 2)), ("电气自动化设备安装与维修", (5, 3)), ("机电设备安装与维修", (1, 6)),
        ("消毒灭菌操作", (4,)),
    ),
    "new_energy_vehicles": (
        ("新能源汽车检测与维修", (1, 4)), ("新能源汽车检测与维修", (0, 3)), ("汽车制造与装配", (5, 6)),
        ("动力电池装配", (2,)),
    ),
    "low_altitude": (
        ("无人机应用技术", (0, 5)), ("无人机应用技术", (1, 2)), ("复合材料成型", (4,)), ("低空场站保障", (3,)),
    ),
    "care": (("幼儿教育", (2, 3)), ("康复保健", (1, 5)), ("健康服务与管理", (4,)), ("养老护理", (0,))),
    "textiles": (
        ("服装设计与制作", (0, 1)), ("服装设计与制作", (3, 5)), ("服装制作与营销", (4,)), ("智能裁剪", (2,)),
    ),
    "smart_manufacturing": (
        ("工业机器人应用与维护", (0, 2)), ("数控机床装配与维修", (1, 4)), ("电气自动化设备安装与维修", (3, 2)),
        ("智能仓储", (5,)),
    ),
    "culture_tourism": (("烹饪", (2, 3)), ("酒店管理", (4, 5)), ("旅游服务与管理", (1,)), ("民宿服务", (0,))),
    "live_commerce": (("电子商务", (4, 1)), ("电子商务", (2, 3)), ("电子商务", (5,)), ("直播销售", (0,))),
}  # fmt: skip
SHORT = {
    "medical_devices": "YX", "new_energy_vehicles": "XN", "low_altitude": "DK", "care": "KY", "textiles": "FZ",
    "smart_manufacturing": "ZN", "culture_tourism": "WL", "live_commerce": "ZB",
}  # fmt: skip
CERTIFICATES = {"intermediate": "中级工职业技能等级证书", "advanced": "高级工职业技能等级证书"}


@dataclass(frozen=True)
class Shape:
    """What the four classes of a field look like. ``relaxed``: category → highest age (None: no ceiling)."""

    key: str
    level: str
    start_point: str
    years: int
    mode: str
    form: str
    seats: int
    min_open: int
    age: tuple[int, int]
    relaxed: dict[str, int | None]
    reserves: dict[str, int]


SHAPES = (
    Shape("A", "advanced", "junior", 5, "full_time", "五年高级工", 34, 20, (15, 22),
          {"unemployed_youth": 30, "migrant_worker": 35, "veteran": 30}, {}),
    Shape("B", "advanced", "senior", 3, "full_time", "三年高级工", 30, 18, (17, 24),
          {"unemployed_youth": 35, "migrant_worker": 40, "veteran": 35}, {}),
    Shape("C", "intermediate", "junior", 3, "part_time", "周末中级工", 24, 14, (18, 35),
          {"migrant_worker": 45, "hardship": None}, {"migrant_worker": 6, "unemployed_youth": 3}),
    Shape("D", "intermediate", "senior", 2, "social", "社会培训", 20, 12, (18, 35),
          {"unemployed_youth": 40, "migrant_worker": 45, "veteran": 45}, {"unemployed_youth": 4, "veteran": 2}),
)  # fmt: skip
# Four junior classes keep seats for people who are still under 16 when the result is published.
SEAT_ONLY = ("medical_devices", "new_energy_vehicles", "care", "smart_manufacturing")
SEAT_ONLY_QUOTA = 8
# Quotas of a class with two positions, by shape; a class with one position gives it all its seats.
QUOTAS = {"A": (20, 18), "B": (18, 15), "C": (14, 12)}
# Who may apply where not everybody may, and where nobody is tested and the lottery alone decides.
AUDIENCE = {"smart_manufacturing D": "employees", "live_commerce B": "own_students"}
BY_LOTTERY = (*(f"{field} D" for field in SHORT), "care C", "culture_tourism C", "live_commerce C")


def track_quotas(field: str, shape: Shape) -> list[tuple[int, int]]:
    """(place of the position, quota) for each position of a class."""
    places = COURSES[field]["ABCD".index(shape.key)][1]
    if len(places) == 1:
        return [(places[0], shape.seats)]
    return list(zip(places, QUOTAS[shape.key], strict=True))


def reserves_of(field: str, shape: Shape) -> dict[str, int]:
    """Reserved seats only where no quota can bind: limits that cross are a matter of their own."""
    return shape.reserves if len(track_quotas(field, shape)) == 1 else {}


def headcounts(field: str) -> dict[int, int]:
    """place of a position → headcount: the sum of its tracks' quotas, and now and then a few more."""
    counts: dict[int, int] = {}
    for shape in SHAPES:
        for place, quota in track_quotas(field, shape):
            counts[place] = counts.get(place, 0) + quota
    return {place: count + place % 3 for place, count in counts.items()}


def school_of(field_index: int, shape_index: int) -> int:
    """Which of the six schools opens a class: no school has a field to itself, each has five or six classes."""
    return (field_index + (0, 2, 4, 1)[shape_index]) % 6


def hours_of(shape: Shape, index: int) -> list[dict[str, int]]:
    """Hours per year. Every fourth class lies exactly on both lines: one half and one and a half."""
    exact = index % 4 == 0
    years = []
    for year in range(1, shape.years + 1):
        ordinary = 160 + 20 * (year % 3)
        professional = (320 + 40 * (year % 3)) if shape.mode == "full_time" else 200 + 20 * (year % 2)
        workshop = professional // 2 if exact else professional * (52 + index % 9) // 100
        core = ordinary * 3 // 2 if exact else ordinary * (152 + index % 20) // 100
        years.append({"year": year, "professional": professional, "workshop": workshop, "core": core,
                      "ordinary_core": ordinary})  # fmt: skip
    return years
