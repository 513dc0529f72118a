"""run.py and tooling/: the command that has to work before anything is installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import run
from tooling import commands, debian, environment, steps
from tooling.places import ROOT, Refused


def run_command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **settings},
        timeout=60,
    )


def make_project(folder: Path, version: str = "3.11.2") -> Path:
    """A project folder with both requirements files and a virtual environment that only looks like one."""
    (folder / "requirements.txt").write_text("Flask==3.1.3\n")
    (folder / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    (folder / ".venv" / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    return folder


def test_help_names_every_command_with_and_without_being_asked_properly() -> None:
    asked = run_command("--help")
    assert asked.returncode == 0
    for name in commands.COMMANDS:
        assert f"  {name} " in asked.stdout
    assert run_command().returncode == 2


def test_an_unknown_command_is_refused_in_one_line_that_names_the_known_ones() -> None:
    answer = run_command("deploy")
    assert answer.returncode == 2
    assert "there is no command 'deploy'" in answer.stderr and "demo, test, serve" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_old_python_hands_over_to_a_newer_one_or_says_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run.is_new_enough((3, 10, 14)) and run.is_new_enough((3, 11, 0)) and run.is_new_enough((4, 0))
    monkeypatch.setattr(run, "is_new_enough", lambda version: False)
    monkeypatch.setattr(run, "newer_python", lambda: None)
    assert run.main(["demo"]) == 2
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err

    handed_over: list[list[str]] = []
    monkeypatch.setattr(run, "newer_python", lambda: "/opt/python3.12")
    monkeypatch.setattr(os, "execv", lambda path, arguments: handed_over.append(arguments) or sys.exit(0))
    with pytest.raises(SystemExit):
        run.main(["demo", "--once"])
    assert handed_over == [["/opt/python3.12", str(ROOT / "run.py"), "demo", "--once"]]


def test_a_shim_that_does_not_start_is_no_newer_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, script in {"python3.13": "exit 127", "python3.12": "exit 1", "python3.11": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run.newer_python() == str(tmp_path / "python3.11")


def test_run_py_can_be_read_by_an_old_python_and_needs_nothing_but_the_standard_library() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 7))
    for path in [ROOT / "run.py", *(ROOT / "tooling").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                assert name.split(".")[0] in {*sys.stdlib_module_names, "tooling"}, f"{path.name} imports {name}"


def test_the_stamp_holds_until_a_requirement_the_python_or_the_folder_changes(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    venv = project / ".venv"

    def current(name: str = "requirements-dev.txt") -> bool:
        return environment.is_current(name, project, venv)

    assert not current()
    environment.write_stamp("requirements-dev.txt", project, venv)
    assert current() and current("requirements.txt"), "the development set contains the runtime set"

    (project / "requirements.txt").write_text("Flask==3.1.4\n")
    assert not current() and not current("requirements.txt"), "an included file counts too"
    environment.write_stamp("requirements.txt", project, venv)
    assert current("requirements.txt") and not current()

    (venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")
    assert not current("requirements.txt"), "libraries of another Python are of no use"
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.9\n")
    assert current("requirements.txt"), "a patch release keeps the environment"
    (venv / "bin" / "python").unlink()
    assert not current("requirements.txt")


def test_a_torn_stamp_only_means_setting_up_again(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    environment.write_stamp("requirements.txt", project, project / ".venv")
    (project / ".venv" / "sanfang-stamp.json").write_text('{"python": "3.')
    assert not environment.is_current("requirements.txt", project, project / ".venv")


def test_a_current_environment_starts_no_process_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*arguments: object, **settings: object) -> None:
        raise AssertionError(f"started {arguments}")

    monkeypatch.setattr(environment, "is_current", lambda requirements: True)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    monkeypatch.setattr(subprocess, "run", no_process)
    assert environment.ensure("requirements.txt") == ROOT / ".venv" / "bin" / "python"


def test_the_second_of_two_commands_started_together_finds_the_work_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(environment, "VAR", tmp_path)
    monkeypatch.setattr(environment, "is_current", lambda requirements: next(answers))
    monkeypatch.setattr(environment, "_install", lambda requirements: pytest.fail("it was installed twice"))
    environment.ensure("requirements.txt")


def test_a_missing_venv_module_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "lacks_venv", lambda: True)
    monkeypatch.setattr(debian, "can_install", lambda: False)
    with pytest.raises(Refused, match=r"apt-get install python3\.\d+-venv"):
        environment._require_venv_modules()


def test_root_on_debian_installs_the_missing_venv_module_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(environment, "lacks_venv", lambda: not installed)
    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "install", installed.extend)
    environment._require_venv_modules()
    assert installed == [f"python3.{sys.version_info[1]}-venv"]


def test_pip_is_tried_where_uv_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fail(title: str, command: list[str]) -> None:
        tried.append(title)
        if title.endswith("with uv"):
            raise steps.StepFailed(title)

    project = make_project(tmp_path)
    monkeypatch.setattr(environment, "ROOT", project)
    monkeypatch.setattr(environment, "VENV", project / ".venv")
    monkeypatch.setattr(environment, "_working_uv", lambda: "/opt/uv")
    monkeypatch.setattr(environment, "lacks_venv", lambda: False)
    monkeypatch.setattr(environment, "_venv_works", lambda *probe: False)
    monkeypatch.setattr(environment, "write_stamp", lambda requirements: tried.append("stamp"))
    monkeypatch.setattr(environment, "step", fail)
    environment._install("requirements.txt")
    assert [title.split()[-1] for title in tried] == [".venv", "uv", ".venv", "pip", "stamp"]


def test_a_failed_step_shows_the_end_of_its_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "VAR", tmp_path / "var")
    with pytest.raises(steps.StepFailed, match="no such library"):
        steps.step("trying", [sys.executable, "-c", "print('no such library'); raise SystemExit(1)"])
    steps.step("trying", [sys.executable, "-c", ""])


def test_a_command_whose_module_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"no module app\.telepathy"):
        commands._require_module("app.telepathy")
