"""Builds the sdist and from it the wheel, and tries the wheel where nothing else of this project is.

    python scripts/check_build.py [--out DIR]

Told and checked: the sdist holds every file that git knows; the wheel, installed into an empty environment in
another folder, brings no package of an extra, checks its rules, and writes the dataset of the seeds byte for
byte as it is in `out/`. With `--out` the files are kept there. Exit code 1 with the first thing that fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Tables; `run.json` has timings.
COMPARED = ("*.parquet", "datapackage.json")
TEXT = "Đến hết năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng."
# Needs an extra that the empty environment lacks.
WITHOUT_EXTRA = ("report", "out")


class CheckError(Exception):
    """The build is not as it should be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds, installs and tries. Gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the sdist and the wheel there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        try:
            sdist, wheel = build(work / "dist")
            check_sdist(sdist)
            program = install(wheel, work / "venv")
            check_wheel(program, work / "elsewhere")
        except CheckError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        if options.out is not None:
            shutil.copytree(work / "dist", options.out, dirs_exist_ok=True)
    return 0


def build(folder: Path) -> tuple[Path, Path]:
    """Makes both with the build backend that is installed here, the wheel from the sdist."""
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=ROOT)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    for path in (sdist, wheel):
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return sdist, wheel


def check_sdist(sdist: Path) -> None:
    """Finds files that git knows and the sdist lacks. Outside a git checkout there is nothing to compare."""
    if not (ROOT / ".git").exists():
        print("sdist: not compared, this is no git checkout")
        return
    tracked = [path for path in call("git", "ls-files", cwd=ROOT).splitlines() if (ROOT / path).is_file()]
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    missing = sorted(set(tracked) - held)
    if missing:
        raise CheckError(f"the sdist lacks {len(missing)} files: {', '.join(missing[:10])}")
    print(f"sdist: all {len(tracked)} files")


def install(wheel: Path, environment: Path) -> Path:
    """Installs the wheel alone, with the versions of constraints.txt. Gives the program."""
    call(sys.executable, "-m", "venv", environment, cwd=environment.parent)
    python = environment / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    call(
        python, "-m", "pip", "install", "--quiet", "--constraint", constraints, wheel, cwd=environment.parent
    )
    listed = json.loads(call(python, "-m", "pip", "list", "--format", "json", cwd=environment.parent))
    packages = {normal(item["name"]) for item in listed} - {"pip", "setuptools"}
    unneeded = sorted(packages & only_in_extras() - needed_by_others(python, environment.parent))
    if unneeded:
        raise CheckError(f"the wheel brings packages of extras: {', '.join(unneeded)}")
    size = sum(path.stat().st_size for path in environment.rglob("*") if path.is_file())
    print(f"wheel: {len(packages)} packages with its own, {size / 1e6:.0f} MB installed")
    return environment / "bin" / "extract"


def only_in_extras() -> set[str]:
    """Gives the packages that pyproject.toml names for extras alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name_of(item) for items in project["optional-dependencies"].values() for item in items}
    return extras - {name_of(item) for item in project["dependencies"]} - {normal(project["name"])}


def needed_by_others(python: Path, folder: Path) -> set[str]:
    """Gives what installed packages other than this one need, their own extras left out."""
    code = (
        "import importlib.metadata as m, json\n"
        "found = [r for d in m.distributions() if d.name != 'extract-vi' for r in d.requires or ()]\n"
        "print(json.dumps([r for r in found if 'extra ==' not in r]))"
    )
    return {name_of(item) for item in json.loads(call(python, "-c", code, cwd=folder))}


def name_of(requirement: str) -> str:
    """Gives the package that a requirement names."""
    return normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])


def normal(name: str) -> str:
    """Gives a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check_wheel(program: Path, folder: Path) -> None:
    """Runs the installed program in a folder that holds the seeds and nothing else."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    print(call(program, "rules", "check", cwd=folder).strip())
    rows = json.loads(call(program, "text", TEXT, "--format", "json", cwd=folder))
    if [(row["metric_id"], row["value"]) for row in rows] != [("community_digital_teams", 1676)]:
        raise CheckError(f"`extract text` gives {rows}")
    call(program, "run", "seeds/", "--out", "out/", "--quiet", cwd=folder)
    names = sorted(path.name for pattern in COMPARED for path in (ROOT / "out").glob(pattern))
    different = [
        name for name in names if (folder / "out" / name).read_bytes() != (ROOT / "out" / name).read_bytes()
    ]
    if different:
        raise CheckError(f"the wheel writes other bytes than out/ has: {', '.join(different)}")
    print(f"seeds: {len(names)} files of the same bytes as in out/")
    refused = subprocess.run(
        [program, *WITHOUT_EXTRA], cwd=folder, env=clean(), capture_output=True, text=True, check=False
    )
    if refused.returncode != 2 or "(extra report)" not in refused.stderr:
        raise CheckError(f"`extract report` without its extra says {refused.stderr.strip()!r}")


def call(*command: str | Path, cwd: Path) -> str:
    """Runs a command without the variables of this environment. Gives its output; raises CheckError."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        raise CheckError(f"`{shown}` ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def clean() -> dict[str, str]:
    """Gives the environment without what would lead back to this checkout."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


if __name__ == "__main__":
    sys.exit(main())
