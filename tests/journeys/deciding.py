"""Third chapter: papers are read, scores entered, the lottery drawn, a trial run solved, approved and published."""

from __future__ import annotations

import re

from tests.journeys.hands import Person
from tests.journeys.people import PASSWORD, comes_back
from tests.journeys.town import Town

DONE = re.compile("看结果|录取1人")
UNREAD = "all => all.map(a => a.getAttribute('href')).filter(h => /papers\\/[0-9]+$/.test(h))"


def papers_are_checked(coordinator: Person) -> None:
    coordinator.go("/rounds/1").press("截止报名，开始核对").sees("正在核对材料")
    for _ in range(10):
        waiting = coordinator.go("/applications/papers").page.locator("a[href^='/applications/papers/']")
        papers = waiting.evaluate_all(UNREAD)
        if not papers:
            return
        coordinator.go(papers[0])
        if coordinator.says("打开看"):
            coordinator.press("打开看")
        coordinator.press("看清了，通过")
    raise AssertionError("the pile of papers does not get smaller")


def scores_are_entered(school: Person) -> None:
    school.go("/applications/scores/1").page.locator("table input").first.fill("86")
    school.press("保存这一页的分数").sees("分数齐了")


def the_round_is_closed_and_solved(coordinator: Person) -> None:
    """The worker solves the trial run; whoever keeps the page open sees by itself that it is done."""
    coordinator.go("/rounds/1").press("结束核对，抽签").sees("抽签").press("开始试算")
    coordinator.go("/runs/1").page.get_by_text(DONE).first.wait_for(timeout=90_000)


def two_persons_decide(town: Town, first: Person, second: Person) -> None:
    """One proposes, another approves, and on its day the result is published."""
    first.go("/runs/1").sees("录取1人").fill(why="都有着落", proof=PASSWORD).press("提交审批")
    comes_back(second).go("/runs/1").fill(proof=PASSWORD).press("批准试算1")
    town.pass_time(days=2)
    comes_back(first).go("/runs/1").fill(proof=PASSWORD).press("公布结果").sees("已公布")
