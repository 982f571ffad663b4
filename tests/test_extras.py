"""What is said of libraries that are not installed: it holds for a checkout and for a published package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from extract.extras import LIBRARIES, how_to_install

ROOT = Path(__file__).parent.parent
# For people who work on this project, not for users of a command.
NOT_ASKED_FOR = {"dev", "fuzz", "gazetteer", "notebook"}


def extras() -> dict[str, list[str]]:
    """Gives the extras of pyproject.toml with their requirements."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = content["project"]["optional-dependencies"]
    return found


def test_the_libraries_are_those_of_the_package() -> None:
    told = {extra: sorted(libraries.values()) for extra, libraries in LIBRARIES.items()}
    assert told == {extra: sorted(items) for extra, items in extras().items() if extra not in NOT_ASKED_FOR}


def test_the_command_names_the_libraries_and_the_extra() -> None:
    assert how_to_install("xlsx") == "pip install 'xlsxwriter>=3.2,<4' (extra xlsx)"
    assert how_to_install("html") == (
        "pip install 'trafilatura>=2.0,<3' 'lxml_html_clean>=0.4,<1' (extra html)"
    )
    assert how_to_install("frames", "polars") == "pip install 'polars>=1.20,<3' (extra frames)"
    with pytest.raises(KeyError):
        how_to_install("sound")


def test_every_extra_stands_on_the_page_that_tells_how_to_install_them() -> None:
    page = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    section = page.partition("## Extras\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == sorted(
        extras().keys() - {"dev", "gazetteer"}
    )
