"""What users can take for CI: workflows that GitHub understands, hooks that name commands which are there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import extract_command
from doc_blocks import blocks_of

ROOT = Path(__file__).parent.parent
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
CI_PAGE = ROOT / "docs" / "ci.md"


def shown(name: str) -> str:
    """Gives a file that docs/ci.md shows."""
    (block,) = (block for block in blocks_of(CI_PAGE) if block.file_name == name)
    return block.content


def runs_of(workflow: str) -> list[str]:
    """Gives the lines of shell that a workflow runs."""
    jobs: dict[str, Any] = yaml.safe_load(workflow)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    return [line for step in steps for line in step.get("run", "").splitlines()]


def test_the_workflows_are_of_the_form_that_github_reads(tmp_path: Path) -> None:
    taken = tmp_path / "dataset.yml"
    taken.write_text(shown(".github/workflows/dataset.yml"), encoding="utf-8")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(taken.read_text(encoding="utf-8").replace("runs-on:", "run-on:"), encoding="utf-8")

    def check(*paths: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
        return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)

    assert check(WORKFLOW, taken).returncode == 0
    assert check(wrong).returncode == 1


@pytest.mark.parametrize("of_user", [False, True])
def test_the_commands_of_a_workflow_are_there(of_user: bool) -> None:
    workflow = shown(".github/workflows/dataset.yml") if of_user else WORKFLOW.read_text(encoding="utf-8")
    lines = runs_of(workflow)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line.split()[1] for line in lines if line.startswith("make ")} <= targets
    commands = [shlex.split(line) for line in lines if "extract " in line]
    assert len(commands) >= 3
    for words in commands:
        assert Path(words[0]).name == "extract"
        options = [word for word in words if word.startswith("--")]
        asked = extract_command(*words[1 : 3 if words[1] == "rules" else 2], "--help")
        assert asked.code == 0
        assert [option for option in options if option not in asked.out] == []


def test_the_hooks_check_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    (folder,) = yaml.safe_load(shown(".pre-commit-config.yaml"))["repos"]
    (taken,) = folder["hooks"]
    assert [*shlex.split(hook["entry"]), *hook["args"]] == shlex.split(taken["entry"])
    assert (hook["id"], hook["pass_filenames"]) == (taken["id"], taken["pass_filenames"])
    monkeypatch.chdir(tmp_path)
    outcome = extract_command(*shlex.split(taken["entry"])[1:])
    assert (outcome.code, "my_rules: no such folder" in outcome.err) == (2, True)


def test_the_hooks_of_this_repository_name_tools_and_targets_that_are_there() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for hook in local["hooks"]:
        program, first = shlex.split(hook["entry"])[0], shlex.split(hook["entry"])[-1]
        if program == "make":
            assert re.search(rf"^{first}:", makefile, re.MULTILINE)
        else:
            assert (Path(sys.executable).parent / Path(program).name).exists()
