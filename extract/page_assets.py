"""The styles and scripts that stand in a page: ours, and the table library that the package itables carries.

All of it is put into the page, so that it opens without a network. A page may run no script but these: their
hashes stand in its Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from extract.errors import InputError
from extract.extras import how_to_install

_BUNDLE = ("html", "dt_bundle.js")
# Modules end so as esbuild writes them: `export{Md as DateTime,vh as default};`
_EXPORTS = re.compile(r"export\s*\{(?P<names>[^{}]*)\}\s*;")
_DEFAULT = re.compile(r"(?:^|,)\s*(?P<name>[\w$]+)\s+as\s+default\s*(?:,|$)")
# Inside a script element these would be read as HTML. All stand in strings and patterns of the scripts.
_HTML_IN_SCRIPT = re.compile(r"<(?=!--|/?script)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assets:
    """What a page has beside its template. `policy` allows these scripts and styles and nothing else."""

    style: str
    scripts: tuple[str, ...]
    policy: str


def load_assets() -> Assets:
    """Reads styles and scripts. Raises InputError, which names the extra, where itables is not installed."""
    folder = files("extract") / "templates"
    style = (folder / "page.css").read_text(encoding="utf-8")
    scripts = (_table_library(), (folder / "page.js").read_text(encoding="utf-8"))
    return Assets(style, scripts, _policy(style, scripts))


def safe_script(source: str) -> str:
    """Gives a script that ends where its element ends, whatever stands in its strings."""
    return _HTML_IN_SCRIPT.sub(r"\\x3c", source)


def _table_library() -> str:
    """Gives DataTables as a module that hands itself on as `globalThis.DataTable`."""
    spec = find_spec("itables")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("report", f"to make a page itables is needed: {how_to_install('report')}")
    path = Path(spec.submodule_search_locations[0]).joinpath(*_BUNDLE)
    try:
        source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except OSError as error:
        reason = (
            f"itables holds no table library any more ({error.strerror}): {how_to_install('report')} "
            "installs one that does"
        )
        raise InputError(path, reason) from error
    return safe_script(_with_global(source, path))


def _with_global(source: str, path: Path) -> str:
    """Turns what a module exports as default into a global: a page cannot import what stands in itself."""
    exports = _EXPORTS.search(source)
    default = _DEFAULT.search(exports["names"]) if exports is not None else None
    if exports is None or default is None:
        raise InputError(
            path, f"is not the module that was expected: {how_to_install('report')} installs one that is"
        )
    assignment = f"globalThis.DataTable={default['name']};"
    return source[: exports.start()] + assignment + source[exports.end() :]


def _policy(style: str, scripts: Sequence[str]) -> str:
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
