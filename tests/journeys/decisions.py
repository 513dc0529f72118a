"""The days after a result: an offer to answer, a review asked for, and the coordinator's desk where it is answered."""

from __future__ import annotations

from typing import Any

from tests.journeys.camera import Camera


def decide(camera: Camera, people: dict[str, Any]) -> None:
    """One has an offer, another has no seat and doubts it; a coordinator who did not propose the result looks."""
    _as(camera, people, "offered")
    camera.go_and_take("offer", "/my-result")
    camera.page.locator("details summary", has_text="不想去").click()
    camera.take("offer-refusing")
    camera.leave()
    _as(camera, people, "unplaced")
    camera.go_and_take("result-unplaced", "/my-result")
    camera.follow("申请复核")
    camera.page.locator("[name='about'][value='score']").check()
    camera.fill(says="面试那天老师说我做得不错，请再查一次我的分数")
    camera.take("review-ask")
    camera.press("申请复核")
    camera.take("review-asked")
    camera.leave()
    _as(camera, people, "coordinator")
    camera.go_and_take("review-desk", "/reviews > 去查")
    camera.press("我来查")
    camera.fill(finding="对了登分表和评分单，每一项都和系统里一样，没有登错")
    camera.press("结果没有错，答复本人")
    camera.leave()
    _as(camera, people, "unplaced")
    camera.go_and_take("review-answered", "/my-result > 看复核")
    camera.leave()
    _as(camera, people, "asked again")
    camera.go_and_take("result-consent", "/my-result")
    camera.follow("去点同意")
    camera.take("consent-after-yes")
    camera.leave()


def _as(camera: Camera, people: dict[str, Any], who: str) -> None:
    camera.visit()
    camera.log_in(people[who], people["password"])
