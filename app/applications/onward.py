"""Where a page of the applicant's way leads when she has done what it is for: straight to the next step."""

from __future__ import annotations

from flask import url_for

from app.applications.models import Application
from app.applications.steps import CHANGEABLE, steps_of


def onward(application: Application, but: str) -> tuple[str, str]:
    """Text and address of what to do after the step ``but``; the list of steps where nothing else waits for her."""
    waits = (step for step in steps_of(application) if step.tone == "now" and step.go and step.key != but)
    step = next(waits, None) if application.state in CHANGEABLE else None
    text, key = (f"下一步：{step.go}", step.key) if step else ("回到我的报名", "overview")
    return text, url_for(f"applications.{key}", application_id=application.id)
