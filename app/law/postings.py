"""What a job posting may not ask for and what it must tell: the scan of free text, the six elements, the wage floor.

The scan stops a posting with the reason; the person who wrote it corrects and sends it again herself.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.law.catalogue import rule
from app.law.phrases import PEOPLE, Family, compiled
from app.law.phrases_money import MONEY
from app.law.verdict import OK, Fault, Verdict, broken

_TEST = "test_postings.py"

# Traditional forms and picture signs that are used to slip past a scan.
_LOOK_ALIKES = str.maketrans(
    "歲戶隻僅須漢屬證壓齡優擾錄爲為單週兩內♂♀侽壹貳參肆伍陸柒捌玖拾〇無與",
    "岁户只仅须汉属证压龄优扰录为为单周两内男女男一二三四五六七八九十0无与",
)
# Marks that end a thought stay; every other mark and blank only separates letters and is taken out.
_SENTENCE_MARKS = {".": "", "!": "。", "?": "。", "≤": "不超过", "≦": "不超过", "<": "小于"}
_KEPT = frozenset(",、。;:()-~—–\n")


@dataclass(frozen=True)
class Finding:
    """One unlawful wording: as written, where (``text[start:end]``), which kind, what the law says, what to do."""

    phrase: str
    start: int
    end: int
    law: str
    advice: str
    kind: str


def normalised(text: str) -> tuple[str, list[int]]:
    """The text as the patterns want it, and for each of its characters the place it had in ``text``."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in _fold(character):
            letters.append(folded)
            places.append(place)
    return _without_hidden_hyphens(letters, places)


def _fold(character: str) -> str:
    """One character in its plain form: half-width, upper case, simplified; nothing for blanks and joining marks."""
    if character in "\r\n\u2028":
        return "\n"
    plain = unicodedata.normalize("NFKC", character).upper().translate(_LOOK_ALIKES)
    kept = []
    for one in plain:
        one = _SENTENCE_MARKS.get(one, one)
        if one and (len(one) > 1 or one in _KEPT or unicodedata.category(one)[0] in "LN"):
            kept.append(one)
    return "".join(kept)


def _without_hidden_hyphens(letters: list[str], places: list[int]) -> tuple[str, list[int]]:
    """Dashes stay only between figures (18-35); anywhere else they are a way to write 限-男."""
    figures = frozenset("0123456789岁十一二三四五六七八九")
    keep = []
    for i, letter in enumerate(letters):
        if letter in "-~—–":
            before, after = (letters[i - 1] if i else ""), (letters[i + 1] if i + 1 < len(letters) else "")
            if before not in figures or after not in figures or not before or not after:
                continue
        keep.append(i)
    return "".join(letters[i] for i in keep), [places[i] for i in keep]


@rule(
    "posting_phrases",
    article="《就业促进法》第三条、第二十六至三十一条；《妇女权益保障法》第四十三条；《残疾人保障法》第三十八条；"
    "《职业教育法》第五十三条；《劳动合同法》第九条；人社部发〔2010〕12号",
    says="岗位文字不能限性别、婚育、民族、宗教、残疾、乙肝等传染病、户籍、职校身份、年龄上限，不能收押金扣证件",
    tested_by=_TEST,
)
def forbidden_phrases(text: str | None) -> list[Finding]:
    """Every unlawful wording in a text, in reading order, without overlaps."""
    if not text:
        return []
    plain, places = normalised(text)
    found = [finding for family in (*PEOPLE, *MONEY) for finding in _in_family(family, text, plain, places)]
    found.sort(key=lambda finding: (finding.start, -finding.end))
    apart: list[Finding] = []
    for finding in found:
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
    return apart


def _in_family(family: Family, text: str, plain: str, places: list[int]) -> list[Finding]:
    """The findings of one kind that no innocent wording of that kind overlaps."""
    innocent = [match.span() for pattern in compiled(family.innocent) for match in pattern.finditer(plain)]
    findings = []
    for pattern in compiled(family.unlawful):
        for match in pattern.finditer(plain):
            first, last = _trimmed(plain, *match.span())
            if first >= last or any(start < last and first < end for start, end in innocent):
                continue
            start, end = places[first], places[last - 1] + 1
            findings.append(Finding(text[start:end], start, end, family.law, family.advice, family.kind))
    return findings


def _trimmed(plain: str, first: int, last: int) -> tuple[int, int]:
    """A match without the marks at its ends."""
    while first < last and plain[first] in ",、。;:\n":
        first += 1
    while last > first and plain[last - 1] in ",、。;:\n":
        last -= 1
    if last - first > 3 and plain[first] == "(" and plain[last - 1] == ")":
        return first + 1, last - 1
    return first, last


def without_forbidden(text: str) -> str:
    """The text with every unlawful wording taken out and the marks around it put right; the writer still sends it.

    Taking a phrase out may bring two others together, so this repeats until nothing is found.
    """
    for _ in range(20):
        findings = forbidden_phrases(text)
        if not findings:
            return text
        for finding in reversed(findings):
            text = text[: finding.start] + "\u0001" + text[finding.end :]
        text = _mended(text)
    return ""


# A mark between phrases, and a run of gaps (U+0001, where a phrase stood) with the marks between them.
_MARK = r"[，,、；;：: \t\u3000]"
_LEFT_OVER = re.compile(
    r"(?:性别|年龄|户口|户籍|民族|身体|要求|条件|报名|招聘?|优先|考虑|限制?|保证|计划|入职[前后]?|需要?|须|做|有|的|者|为|是|人|"
    r"[（）()“”\"\u0001：: \t\u3000])*"
)
_GAPS = rf"{_MARK}*\u0001(?:{_MARK}*\u0001)*"


def _mended(text: str) -> str:
    """Take out the gaps together with the marks that have nothing left to separate."""
    text = re.sub(r"[^，,、。；;！？!?\n]*\u0001[^，,、。；;！？!?\n]*", _without_left_over, text)
    text = re.sub(rf"[（(“\"]{_GAPS}{_MARK}*[）)”\"]", "\u0001", text)
    text = re.sub(rf"(?m)^{_GAPS}[，,、；;：:。！!. \t\u3000]*(?:\n|\Z)", "", text)
    text = re.sub(rf"(?m)(^|[。！？!?]){_GAPS}[，,、；;：:。！!. \t\u3000]*", r"\1", text)
    text = re.sub(rf"(?m){_GAPS}(?=[，,、；;。！？!?]|$)", "", text)
    text = re.sub(rf"({_MARK})\u0001", r"\1", text).replace("\u0001", "")
    text = re.sub(r"([，,、；;])[，,、；;]+", r"\1", text)
    return re.sub(r"(?m)[，,、；;：:]+(?=[。！？!?]|$)", "", text).strip(" \t\u3000\n")


def _without_left_over(clause: re.Match[str]) -> str:
    """A clause in which only words like 要求 or 优先 remain says nothing any more and goes as a whole."""
    return "\u0001" if _LEFT_OVER.fullmatch(clause[0]) else clause[0]


# The keys a posting is handed over with, and what each is called when it is missing.
SIX_ELEMENTS = {
    "enterprise_profile": "单位情况",
    "headcount": "招几个人",
    "requirements": "录用要求",
    "duties": "做什么",
    "address": "上班地点",
    "wage_low": "工资",
    "valid_until": "招到哪天为止",
}


@rule(
    "posting_elements",
    article="《人力资源市场暂行条例》第二十四条；《劳动合同法》第八条",
    says="岗位要写明单位情况、人数、条件、工作内容、地点、报酬和有效期",
    tested_by=_TEST,
)
def six_elements_missing(posting: Mapping[str, object], on: dt.date | None = None) -> Verdict:
    """Whether a posting tells everything; keys as in SIX_ELEMENTS, ``wage_low`` a number or text, 面议 does not count.

    With ``on`` given, a validity date before that day counts as missing too.
    """
    faults = []
    for key, name in SIX_ELEMENTS.items():
        told = posting.get(key)
        if _tells_nothing(key, told):
            faults.append(Fault("posting_elements", f"还没填：{name}", key))
        elif key == "valid_until" and on is not None and isinstance(told, dt.date) and told < on:
            faults.append(Fault("posting_elements", "招聘截止日已经过了，改一个以后的日子", key))
    return Verdict(tuple(faults))


def _tells_nothing(key: str, told: object) -> bool:
    if told is None:
        return True
    if isinstance(told, str):
        bare = re.sub(r"[\s/\\\-—.。…]+", "", told)
        return bare in ("", "无", "略", "面议", "详谈", "待定", "不详", "薪资面议", "工资面议", "电联", "面谈")
    return key in ("headcount", "wage_low") and isinstance(told, (int, float)) and told <= 0


TOLD_BEFORE_WORK = {"conditions": "工作条件", "safety": "安全状况"}


@rule(
    "posting_tells",
    article="《劳动合同法》第八条；《职业病防治法》第三十三条",
    says="岗位要如实告诉工作条件、职业危害和安全状况",
    tested_by=_TEST,
)
def truth_told(posting: Mapping[str, object]) -> Verdict:
    """Whether conditions and safety are told, and the hazard list was answered (an empty list is an answer)."""
    faults = [
        Fault("posting_tells", f"还没填：{name}", key)
        for key, name in TOLD_BEFORE_WORK.items()
        if _tells_nothing(key, posting.get(key))
    ]
    if posting.get("hazards") is None:
        faults.append(Fault("posting_tells", "有没有危险，还没勾", "hazards"))
    return Verdict(tuple(faults))


@rule(
    "wage_floor",
    article="《劳动法》第四十八条；《最低工资规定》",
    says="写的最低工资不低于当地最低工资标准",
    tested_by=_TEST,
)
def wage_at_least_minimum(wage_low: int, local_minimum: int) -> Verdict:
    """Whether the lower end of the monthly wage reaches the minimum of the district; both in the same unit."""
    if wage_low >= local_minimum:
        return OK
    message = f"工资最低写了{wage_low}元/月，低于当地最低工资{local_minimum}元/月"
    return broken("wage_floor", message, "wage_low")


@rule(
    "no_intermediary",
    article="《职业学校学生实习管理规定》（2021）第十六条；《人力资源市场暂行条例》第十八条",
    says="岗位由用工企业自己发布，劳务派遣和中介代招的不收",
    tested_by=_TEST,
)
def employer_itself(is_dispatch: bool = False, is_intermediary: bool = False) -> Verdict:
    """Whether the posting comes from the enterprise that employs, not from a dispatch agency or a go-between."""
    if is_dispatch or is_intermediary:
        return broken("no_intermediary", "岗位要由用工企业自己发布，派遣、中介代招的不能发", "enterprise")
    return OK
