"""Which pages `run.py screenshots` takes: file name, words in the role switch (None for a stranger), address.

An address may go on after " > " with the words of links to follow, where it names a row that differs from one
demonstration to the next.
"""

from __future__ import annotations

Shot = tuple[str, str | None, str]

BEFORE_SIGNING_UP: tuple[Shot, ...] = (
    ("home", None, "/"),
    ("calendar", None, "/classes/calendar"),
    ("classes", None, "/classes"),
    ("class", None, "/classes/1"),
    ("self-check", None, "/classes/check"),
    ("report", None, "/positions/1/report"),
    ("log-in", None, "/log-in"),
    ("forgotten-password", None, "/log-in/forgotten"),
    ("ways-back", None, "/ways-back"),
    ("consent", None, "/consents/personal_data"),
    ("slip-code", None, "/slip"),
    ("check", None, "/check"),
    ("no-such-page", None, "/nothing-here"),
)
UNPLACED, SIGNING, BEGUN = "这一批没有录取", "协议等本人签", "还没提交"
APPLICANTS: tuple[Shot, ...] = (
    ("my-application", BEGUN, "/my-application"),
    ("my-application-returned", "退回补材料", "/my-application"),
    ("my-application-guardian", "等家长同意", "/my-application"),
    ("withdraw", "等家长同意", "/my-application > 不想报了，撤回报名"),
    ("my-result", SIGNING, "/my-result"),
    ("my-result-unplaced", UNPLACED, "/my-result"),
    ("my-agreement", SIGNING, "/agreements > 打开这份协议"),
    ("my-agreement-in-force", "协议已生效", "/agreements > 打开这份协议"),
    ("agreement-text", SIGNING, "/agreements > 打开这份协议 > 看全文"),
    ("agreement-pressed", SIGNING, "/agreements > 打开这份协议 > 有人逼我签"),
    ("agreement-ending", "协议已生效", "/agreements > 打开这份协议 > 升学、参军、生病"),
    ("review", "申请过复核", "/my-result > 看复核"),
    ("not-yours", SIGNING, "/rounds/new"),
    ("inbox", SIGNING, "/inbox"),
    ("account", SIGNING, "/account"),
    ("my-data", SIGNING, "/account/data"),
    ("export", SIGNING, "/account/confirm?next=/account/export"),
    ("correct-my-data", SIGNING, "/account/correct"),
    ("close-account", SIGNING, "/account/close"),
    ("guardian", "栾帆的家长", "/guardian"),
    ("guardian-agreement", "栾帆的家长", "/agreements > 打开这份协议"),
)
COORDINATOR, SCHOOL, ENTERPRISE, STATION = "协调员：周婉", "院校：东澜", "企业：澜川", "服务站：虹桥社区 谷帮珍"
STAFF: tuple[Shot, ...] = (
    ("desk", COORDINATOR, "/desk"),
    ("round", COORDINATOR, "/rounds/1"),
    ("runs", COORDINATOR, "/rounds/1/runs"),
    ("run", COORDINATOR, "/runs/1"),
    ("compare", COORDINATOR, "/runs/1/compare?with=3"),
    ("reviews", COORDINATOR, "/reviews?state=all"),
    ("review-upheld", COORDINATOR, "/reviews?state=done > 看"),
    ("reports", COORDINATOR, "/positions/reports"),
    ("ways-back-requests", COORDINATOR, "/ways-back/requests"),
    ("school-class", SCHOOL, "/order-classes/1"),
    ("school-desk", SCHOOL, "/desk"),
    ("enterprise-position", ENTERPRISE, "/positions/1"),
    ("enterprise-desk", ENTERPRISE, "/desk"),
    ("station", STATION, "/station"),
    ("station-batch", STATION, "/station/batches/1"),
    ("station-slips", STATION, "/station/batches/1/slips"),
)
SHOTS = BEFORE_SIGNING_UP + APPLICANTS + STAFF
# Pages that answer with another status, as they should.
REFUSALS = {"no-such-page": 404, "not-yours": 403}
