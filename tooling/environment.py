"""The virtual environment: made once, kept up to date with the pinned requirements, checked by a stamp."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tooling import debian
from tooling.places import ROOT, VAR, VENV, Refused
from tooling.steps import StepFailed, step

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


def ensure(requirements: str) -> Path:
    """Return the virtual environment's Python with `requirements` (a file name in ROOT) installed.

    The stamp answers in milliseconds when nothing changed; only otherwise is the lock taken, so that two commands
    started together set up once.
    """
    if is_current(requirements):
        return python()
    with _lock():
        if not is_current(requirements):
            _install(requirements)
    return python()


def python() -> Path:
    """The interpreter inside the virtual environment."""
    return VENV / "bin" / "python"


def digest(requirements: str, root: Path = ROOT) -> str:
    """A hash over a requirements file and the files it includes by `-r`."""
    total = hashlib.sha256()
    pending = [requirements]
    while pending:
        text = (root / pending.pop(0)).read_text(encoding="utf-8")
        total.update(text.encode())
        pending += [line.split(maxsplit=1)[1].strip() for line in text.splitlines() if line.startswith("-r ")]
    return total.hexdigest()


def is_current(requirements: str, root: Path = ROOT, venv: Path = VENV) -> bool:
    """Say whether the stamp shows exactly these requirements under the environment's present Python.

    `exists` follows the link to the base interpreter: after an upgrade of the system's Python it may lead nowhere.
    """
    if not (venv / "bin" / "python").exists():
        return False
    stamp = _read_stamp(venv)
    return stamp.get("python") == _version_of(venv) and stamp.get(requirements) == digest(requirements, root)


def write_stamp(requirements: str, root: Path = ROOT, venv: Path = VENV) -> None:
    """Record what was installed. The development set contains the runtime set, so it stamps both."""
    stamp = _read_stamp(venv)
    if stamp.get("python") != _version_of(venv):
        stamp = {"python": _version_of(venv)}
    stamp[requirements] = digest(requirements, root)
    if requirements == DEVELOPMENT:
        stamp[RUNTIME] = digest(RUNTIME, root)
    (venv / "sanfang-stamp.json").write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def _read_stamp(venv: Path) -> dict[str, str]:
    try:
        return dict(json.loads((venv / "sanfang-stamp.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _version_of(venv: Path) -> str:
    """The minor version of an environment's Python, read from its pyvenv.cfg ("3.11"), or ""."""
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    pairs = [[part.strip() for part in line.split("=", 1)] for line in lines if "=" in line]
    version = next((pair[1] for pair in pairs if pair[0] in ("version", "version_info")), "")
    return ".".join(version.split(".")[:2])


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Let one set-up run at a time; the system frees the lock even when its holder is killed."""
    VAR.mkdir(exist_ok=True)
    with open(VAR / "setup.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another run.py is setting up; waiting for it.", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(requirements: str) -> None:
    print("Setting up (only the first start and changed requirements need this)", flush=True)
    uv = _working_uv()
    if uv:
        try:
            _install_with_uv(uv, requirements)
        except StepFailed:
            # A mirror set in pip's own configuration is unknown to uv, so pip may succeed where uv could not.
            print("  uv could not do it; trying pip.", flush=True)
            _install_with_pip(requirements)
    else:
        _install_with_pip(requirements)
    write_stamp(requirements)


def _working_uv() -> str | None:
    """The path of uv if it is there and really starts (a version manager's shim may not)."""
    path = shutil.which("uv")
    if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
        return path
    return None


def _base_python() -> str:
    """The interpreter to build on: never the virtual environment's own, which may be about to be replaced."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _venv_works(*probe: str) -> bool:
    if not python().exists():
        return False
    old = subprocess.run([python(), *probe], capture_output=True)
    return old.returncode == 0


def _install_with_uv(uv: str, requirements: str) -> None:
    if not _venv_works("-c", ""):
        step("making .venv", [uv, "venv", "--clear", "--python", _base_python(), str(VENV)])
    step(f"installing {requirements} with uv", [uv, "pip", "install", "--python", str(python()), "-r", requirements])


def _install_with_pip(requirements: str) -> None:
    if not _venv_works("-m", "pip", "--version"):
        _require_venv_modules()
        step("making .venv", [_base_python(), "-m", "venv", "--clear", str(VENV)])
    # Compiling every module ahead takes longer than the download; only those that are imported are compiled later.
    quick = ["--no-compile", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [str(python()), "-m", "pip", "install", *quick]
    step(f"installing {requirements} with pip", [*command, "-r", requirements])


def lacks_venv() -> bool:
    """Say whether this Python came without venv, as Debian's does until python3-venv is installed."""
    return importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None


def _require_venv_modules() -> None:
    if not lacks_venv():
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if debian.can_install():
        debian.install([package])
        importlib.invalidate_caches()
    if lacks_venv():
        raise Refused(
            "this Python has no venv module, which is needed to install the libraries.\n"
            f"Install it and start again. On Debian or Ubuntu: sudo apt-get install {package}"
        )
