"""An invented alliance in Weihai: 6 schools, 24 enterprises, 50 positions, 32 order classes with 55 tracks.

Nothing here exists. The tables below become the workbooks in demo/files (``python -m app.demo.files``); credit codes are
built with the check routine; should one exist all the same, it is by chance.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.core.identifiers import make_credit_code

# The day on which the files were written. The bundled files are moved to the present by whole days when they are read,
# so that the demonstration's deadlines never lie in the past.
ANCHOR = dt.date(2026, 11, 22)
ENROLMENT = dt.date(2027, 3, 1)

SCHOOLS = (
    ("东澜技师学院", "SD01", "371071", "沈阳路208号", "闻人毅", "崔明"),
    ("望潮高级技工学校", "SD02", "371003", "文山路77号", "蔺秋实", "卓然"),
    ("松屿技工学校", "SD03", "371082", "石岛湾路15号", "邬文涛", "宁晓舟"),
    ("海岬技师学院", "SD04", "371002", "古寨西路96号", "扈正平", "湛蓝"),
    ("石汀技工学校", "SD05", "371083", "胜利街133号", "郁青山", "麦冬"),
    ("云槎高级技工学校", "SD06", "371072", "青岛中路41号", "储怀远", "荀芳"),
)

# field → three enterprises (name, district, legal representative, contact, staff) and its positions
# (name, duties, requirements, lowest wage, shift, hazards).
_DAY, _TWO, _FLEX = "白班8小时，每周休2天", "两班倒，每班8小时，每周休1天半", "弹性排班，每周40小时，每周休2天"

FIRMS: dict[str, tuple[tuple[str, str, str, str, int], ...]] = {
    "medical_devices": (
        ("澜川医疗器械有限公司", "371002", "管若谷", "孟秋", 860),
        ("瑞汀生物耗材有限公司", "371071", "左丘平", "岑溪", 540),
        ("泊安医学装备有限公司", "371003", "宓子贤", "苗禾", 320),
    ),
    "new_energy_vehicles": (
        ("岚泽新能源汽车服务有限公司", "371071", "公羊毅", "晏清", 410),
        ("驰汐动力电池有限公司", "371072", "南宫朔", "桑榆", 1280),
        ("远帆汽车科技有限公司", "371003", "厉行之", "翁晴", 650),
    ),
    "low_altitude": (
        ("云翎无人机有限公司", "371073", "鲜于航", "米粒", 280),
        ("鸥翔低空服务有限公司", "371082", "东方旭", "祁连", 190),
        ("沧穹航空材料有限公司", "371002", "皇甫川", "葛一", 460),
    ),
    "care": (
        ("栖云康养服务有限公司", "371083", "淳于静", "柏宁", 520),
        ("稚禾托育有限公司", "371002", "闾丘暖", "甘棠", 240),
        ("安澜护理院有限公司", "371071", "司空仁", "茅知夏", 380),
    ),
    "textiles": (
        ("锦汐服饰有限公司", "371003", "夏侯锦", "符朗", 930),
        ("素潮家纺有限公司", "371082", "拓跋素", "花朝", 470),
        ("经纬户外装备有限公司", "371072", "端木经", "乐衍", 610),
    ),
    "smart_manufacturing": (
        ("北桅智能装备有限公司", "371003", "令狐枢", "景行", 1120),
        ("铎岛机器人有限公司", "371071", "澹台铎", "柯一鸣", 350),
        ("砺舟精密机械有限公司", "371073", "百里砺", "路遥", 780),
    ),
    "culture_tourism": (
        ("汀兰文旅有限公司", "371002", "公孙汀", "时雨", 440),
        ("渔歌餐饮管理有限公司", "371082", "钟离渔", "单弦", 690),
        ("栈桥酒店管理有限公司", "371072", "呼延栈", "明澈", 310),
    ),
    "live_commerce": (
        ("潮音直播电商有限公司", "371071", "宇文潮", "言午", 260),
        ("海选供应链有限公司", "371082", "尉迟选", "简青", 580),
        ("星桅数字传媒有限公司", "371002", "轩辕桅", "邢露", 150),
    ),
}

Post = tuple[str, str, str, int, str, tuple[str, ...]]
POSTS: dict[str, tuple[Post, ...]] = {
    "medical_devices": (
        ("精密装配工", "按图装配注射泵机芯，检验尺寸，填写装配记录", "能看装配图，手稳心细，能搬15公斤物料", 4600, _DAY, ()),
        ("洁净车间操作员", "在洁净车间操作注塑与封装设备，做好清场", "守洁净规程，能穿连体洁净服作业", 4500, _TWO, ()),
        ("设备调试员", "调试监护设备，记录参数，处理常见故障", "会用万用表，看得懂电路框图", 5000, _DAY, ()),
        ("质量检验员", "按标准抽检耗材，填写检验报告", "会用卡尺和投影仪，记录清楚", 4400, _DAY, ()),
        ("灭菌操作员", "操作灭菌柜，核对批次与参数", "守操作规程，责任心强", 4700, _TWO, ("fire_explosion_burns",)),
        ("售后维护技师", "到医院安装和维护设备，教会使用", "会沟通，能出差，会排查故障", 5200, _FLEX, ()),
        ("包装与追溯员", "赋码、扫码、包装入库，维护追溯系统", "会用电脑和扫码设备", 4200, _DAY, ()),
    ),
    "new_energy_vehicles": (
        ("动力电池检测员", "检测电池包电压、内阻和绝缘，出具记录", "懂高压安全，会用诊断仪", 5200, _DAY, ("other_occupational",)),
        ("新能源汽车维修工", "诊断和维修三电系统，路试交车", "会用诊断仪，动手能力强", 5000, _DAY, ()),
        ("电池装配工", "操作电池模组产线，巡检参数", "守工艺纪律，能适应倒班", 5100, _TWO, ()),
        ("充电设施运维员", "巡检充电桩，排除故障，回访客户", "会看电气图，能外出", 4800, _FLEX, ()),
        ("整车质检员", "按流程检查整车外观与功能", "细心，会用检测设备", 4700, _DAY, ()),
        ("涂装机器人操作员", "看护涂装线，调整参数，点检设备", "守安全规程，会基础编程", 5300, _TWO, ("toxic",)),
        ("零部件物流员", "配送零件到工位，盘点库存", "会用电脑，腿脚勤快", 4300, _TWO, ()),
    ),
    "low_altitude": (
        ("无人机装调工", "装配和调试无人机，试飞记录", "会焊接和看图，胆大心细", 5000, _DAY, ()),
        ("无人机飞手", "按航线作业，检查设备，整理数据", "持有或能考取操控执照", 5600, _FLEX, ()),
        ("航拍数据处理员", "拼接影像，生成模型，交付成果", "会用电脑，耐心细致", 4700, _DAY, ()),
        ("复合材料成型工", "铺层、热压、修整复合材料部件", "手稳，守工艺", 4900, _TWO, ("dust",)),
        ("机场地面保障员", "检查起降场地，保障飞行安全", "守纪律，反应快", 4500, _TWO, ()),
        ("无人机维修员", "检修动力与飞控，更换部件", "会用仪表，能看电路图", 5100, _DAY, ()),
    ),
    "care": (
        ("养老护理员", "照护老人起居，测量体征，陪伴活动", "有耐心，会沟通", 4300, _TWO, ()),
        ("康复治疗助理", "协助康复训练，记录进展", "有力气，动作轻，守规程", 4600, _DAY, ()),
        ("保育师", "照看幼儿进食、午睡和游戏，做好记录", "喜欢孩子，普通话清楚", 4200, _DAY, ()),
        ("托育活动员", "组织游戏和户外活动，布置环境", "会讲故事，会简单手工", 4300, _DAY, ()),
        ("膳食调配员", "按食谱配餐，留样，记录", "守卫生规程，能办健康证", 4100, _DAY, ()),
        ("健康管理员", "建健康档案，回访，提醒用药", "会用电脑，说话和气", 4500, _FLEX, ()),
    ),
    "textiles": (
        ("制版工", "按样衣打版、推板，核对尺寸", "会用制版软件，细心", 4800, _DAY, ()),
        ("样衣缝制工", "缝制样衣，反馈工艺问题", "会平车和锁边，手巧", 4400, _DAY, ()),
        ("智能裁剪操作员", "操作自动裁床，核对排料", "会用电脑，守安全规程", 4500, _TWO, ()),
        ("印染化验员", "打样、测色牢度，记录配方", "辨色准，守实验室规程", 4600, _DAY, ("toxic",)),
        ("质量跟单员", "跟进订单质量，和车间沟通", "会沟通，记录清楚", 4300, _DAY, ()),
        ("户外面料测试员", "做防水、透气、耐磨测试，出报告", "细心，会用表格软件", 4500, _DAY, ()),
    ),
    "smart_manufacturing": (
        ("机器人操作调试员", "示教机器人，调整节拍，处理报警", "会看图，会简单编程", 5000, _TWO, ()),
        ("数控车铣工", "操作数控车床和加工中心，自检首件", "会看零件图，会用量具", 5200, _TWO, ()),
        ("电气装配工", "按图配线，上电调试控制柜", "会看电气图，手稳", 4900, _DAY, ()),
        ("设备维保员", "点检产线，换件，处理停机", "懂机械和电气，能值班", 5300, _TWO, ("noise",)),
        ("三坐标测量员", "编程测量零件，出检测报告", "会用电脑，细心", 5000, _DAY, ()),
        ("智能仓储管理员", "看护立体库，盘点，处理异常", "会用系统，条理清楚", 4500, _TWO, ()),
    ),
    "culture_tourism": (
        ("民宿管家", "接待客人，安排行程，维护客房", "会沟通，会基础外语", 4200, _FLEX, ()),
        ("中式烹调师", "按菜谱备料和烹制，管好卫生", "能站得住，肯学", 4700, _TWO, ()),
        ("面点师", "制作面点，管好原料", "手巧，守卫生规程", 4500, _DAY, ()),
        ("讲解员", "景区讲解，安全提示，秩序维护", "普通话清楚，记性好", 4300, _FLEX, ()),
        ("前厅接待员", "办理入住，处理预订，答疑", "有礼貌，会用电脑", 4200, _TWO, ()),
        ("活动策划助理", "布置活动，联系物料，拍照记录", "会用办公软件，能跑动", 4400, _FLEX, ()),
    ),
    "live_commerce": (
        ("带货主播", "介绍商品，回答提问，复盘数据", "普通话清楚，愿意出镜", 4600, _FLEX, ()),
        ("直播运营", "排品、盯数据、控场", "会用表格软件，反应快", 4800, _FLEX, ()),
        ("短视频剪辑师", "拍摄剪辑商品视频", "会剪辑软件，有想法", 4700, _DAY, ()),
        ("电商客服", "回答咨询，处理售后", "打字快，有耐心", 4100, _TWO, ()),
        ("选品与质检员", "看样、比价、验货", "细心，会谈价", 4400, _DAY, ()),
        ("仓配调度员", "安排发货，处理异常件", "会用系统，条理清楚", 4300, _TWO, ()),
    ),
}

# field → (major of the junior, senior, part-time and short class). Names of existing majors; codes stay blank.
MAJORS = {
    "medical_devices": ("机电设备安装与维修", "电气自动化设备安装与维修", "机电设备安装与维修", "医疗器械装配"),
    "new_energy_vehicles": ("新能源汽车检测与维修", "新能源汽车检测与维修", "汽车维修", "动力电池检测"),
    "low_altitude": ("无人机应用技术", "无人机应用技术", "复合材料成型", "无人机操控"),
    "care": ("幼儿教育", "康复保健", "健康服务与管理", "养老护理"),
    "textiles": ("服装设计与制作", "服装设计与制作", "服装制作与营销", "智能裁剪"),
    "smart_manufacturing": ("工业机器人应用与维护", "数控机床装配与维修", "电气自动化设备安装与维修", "智能仓储"),
    "culture_tourism": ("烹饪", "酒店管理", "烹饪", "民宿服务"),
    "live_commerce": ("电子商务", "电子商务", "电子商务", "直播销售"),
}
CERTIFICATES = {"intermediate": "中级工职业技能等级证书", "advanced": "高级工职业技能等级证书",
                "technician": "预备技师职业技能等级证书"}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What the four classes of a field look like."""

    key: str
    level: str
    start_point: str
    years: int
    mode: str
    seats: int
    min_open: int
    positions: int
    age: tuple[int, int]
    relaxed: dict[str, int | None]
    reserves: dict[str, int]


SHAPES = (
    Shape("A", "advanced", "junior", 5, "full_time", 34, 20, 2, (15, 22),
          {"unemployed_youth": 30, "migrant_worker": 35, "veteran": 30}, {}),
    Shape("B", "advanced", "senior", 3, "full_time", 30, 18, 2, (17, 24),
          {"unemployed_youth": 35, "migrant_worker": 40, "veteran": 35}, {}),
    Shape("C", "intermediate", "junior", 3, "part_time", 24, 14, 1, (18, 35),
          {"migrant_worker": 45, "hardship": None}, {"migrant_worker": 6, "unemployed_youth": 3}),
    Shape("D", "intermediate", "senior", 2, "social", 20, 12, 1, (18, 35),
          {"unemployed_youth": 40, "migrant_worker": 45, "veteran": 45},
          {"unemployed_youth": 4, "veteran": 2}),
)  # fmt: skip
# Fields with a seventh position give it to their class C; four junior classes keep seats for people still under 16.
SEAT_ONLY = ("medical_devices", "new_energy_vehicles", "care", "smart_manufacturing")
SEAT_ONLY_QUOTA = 8
# How much people like a field: it decides which classes stay short of their minimum.
POPULARITY = {
    "new_energy_vehicles": 1.6, "smart_manufacturing": 1.1, "medical_devices": 1.2, "low_altitude": 1.3, "care": 0.5,
    "culture_tourism": 0.7, "live_commerce": 0.9, "textiles": -0.4,
}  # fmt: skip


def school_code(index: int) -> str:
    """The invented credit code of school ``index``."""
    return make_credit_code(f"12371000XA{index:04d}CHX")


def firm_code(index: int) -> str:
    """The invented credit code of enterprise ``index``."""
    return make_credit_code(f"91371000XB{index:04d}FRM")


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
