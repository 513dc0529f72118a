"""The words that the rules use: levels, start points, categories with their papers, hazards.

Codes are stored and compared, Chinese is shown. Pages read all of these through app/core/labels.py.
"""

from __future__ import annotations

LEVELS = {"intermediate": "中级工", "advanced": "高级工", "technician": "预备技师"}

START_POINTS = {"junior": "初中", "senior": "高中", "intermediate": "中级工", "advanced": "高级工"}

# The order in which a relaxed age window is looked for; the first verified category that admits is the one recorded.
CATEGORIES = {
    "school_leaver": "应届毕业生",
    "past_leaver": "往届毕业生",
    "unemployed_youth": "失业青年",
    "migrant_worker": "农民工",
    "veteran": "退役军人",
    "hardship": "就业困难人员",
    "disabled": "残疾人",
    "relieved_poverty": "脱贫家庭成员",
}

# Those that may only be asked for with a separate consent, because they are sensitive (个人信息保护法 §29).
SENSITIVE_CATEGORIES = frozenset({"disabled", "relieved_poverty", "hardship"})

EVIDENCE_KINDS = {
    "id_copy": "身份证件照片",
    "graduation": "毕业证书",
    "graduating_proof": "应届毕业证明",
    "skill_certificate": "职业技能等级证书",
    "unemployment": "失业登记或就业创业证",
    "household_book": "户口簿",
    "work_record": "劳动合同、参保或工资记录",
    "veteran_card": "退役证或优待证",
    "hardship_certificate": "就业困难人员认定证明",
    "disability_card": "残疾人证",
    "relieved_poverty_proof": "脱贫家庭证明",
    "enrolment_proof": "学籍证明",
    "employment_proof": "在职证明",
}

# The papers that prove a category; all papers of a row are needed together.
CATEGORY_EVIDENCE = {
    "school_leaver": ("graduating_proof",),
    "past_leaver": ("graduation",),
    "unemployed_youth": ("unemployment",),
    "migrant_worker": ("household_book", "work_record"),
    "veteran": ("veteran_card",),
    "hardship": ("hardship_certificate",),
    "disabled": ("disability_card",),
    "relieved_poverty": ("relieved_poverty_proof",),
}

# 未成年工特殊保护规定 §3, one code for each of its seventeen items.
MINOR_HAZARDS = {
    "dust": "一级以上接尘作业",
    "toxic": "一级以上有毒作业",
    "height": "二级以上高处作业",
    "cold_water": "二级以上冷水作业",
    "heat": "三级以上高温作业",
    "cold": "三级以上低温作业",
    "heavy_labour": "四级体力劳动强度作业",
    "mining": "矿山井下、地面采石作业",
    "logging": "伐木、流放、守林作业",
    "radiation": "接触放射性物质的作业",
    "fire_explosion_burns": "易燃易爆、化学性烧伤、热烧伤等危险作业",
    "survey_field": "地质、资源勘探野外作业",
    "diving_tunnel_plateau": "潜水、涵洞涵道、海拔三千米以上高原作业",
    "carrying": "连续负重每小时六次以上且每次超过20公斤，或间断负重每次超过25公斤",
    "vibrating_tools": "使用凿岩机、捣固机、气镐、气铲、铆钉机、电锤",
    "forced_posture": "长时间强迫体位，或动作每分钟超过五十次的流水线",
    "boiler": "锅炉司炉",
}

# Factors of occupational disease that the list above does not already name (职业病防治法 §38).
OCCUPATIONAL_HAZARDS = {
    "noise": "噪声超标",
    "hand_vibration": "手传振动",
    "welding": "电焊烟尘、弧光",
    "organic_solvent": "苯等有机溶剂",
    "heavy_metal": "铅、锰等重金属",
    "ionising_ray": "射线装置",
    "biological": "生物因素（布鲁氏菌等）",
    "other_occupational": "其他职业病危害",
}

HAZARDS = MINOR_HAZARDS | OCCUPATIONAL_HAZARDS
