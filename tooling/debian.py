"""System packages on Debian and Ubuntu, installed only for root and only when asked (or when nothing works without)."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tooling.steps import step

CLUSTER_CONFIGURATION = Path("/etc/postgresql-common/createcluster.conf")


def is_debian() -> bool:
    """Say whether packages come by apt here."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def can_install() -> bool:
    """Say whether this process may install system packages."""
    return is_debian() and os.geteuid() == 0


def install(packages: Sequence[str]) -> None:
    """Install system packages; raises StepFailed with apt's last lines."""
    if "postgresql" in packages:
        _want_no_cluster()
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1"}
    step("apt-get update", ["apt-get", "update", "-q"], **quiet)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"]
    step(f"apt-get install {' '.join(packages)}", [*command, *packages], **quiet)


def agree(packages: Sequence[str], without_asking: bool) -> bool:
    """Ask on a terminal whether the packages may be installed; nobody there to ask means no."""
    if without_asking:
        return True
    if not sys.stdin.isatty():
        return False
    answer = input(f"Install {' '.join(packages)} with apt-get now? [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def _want_no_cluster() -> None:
    """Keep PostgreSQL's package from making and starting a server of its own: the tests start theirs."""
    if CLUSTER_CONFIGURATION.exists():
        return
    CLUSTER_CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
    CLUSTER_CONFIGURATION.write_text("create_main_cluster = false\n", encoding="utf-8")
