"""Runs made by hand for tests of the panel: facts in, the folder of a run and its panel out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from extract.calendar_periods import day_period
from extract.models import Document, DocumentResult, Fact, Grain, Source
from extract.ontology_rows import metrics_rows, provinces_rows, units_rows
from extract.panel_input import Choice
from extract.panel_merge import Merge
from extract.panel_run import PanelOptions, PanelResult, make_panel
from extract.places import Gazetteer
from extract.rules import load_rules
from extract.table import DatasetWriter, RunInfo

MakeFact = Callable[..., Fact]
Row = Mapping[str, Any]

RUN = RunInfo(package_version="0.1.0", rules_hash="abc", tokenizer="underthesea", tokenizer_version="9.5.0")
YEAR = {
    "period_start": dt.date(2023, 1, 1),
    "period_end": dt.date(2023, 12, 31),
    "period_grain": Grain.YEAR,
    "period_source": Source.SENTENCE,
}
# Old provinces: code, name, code of the province of today.
PLACES = {
    "Bình Thuận": ("60", "68"), "Đắk Nông": ("67", "68"), "Lâm Đồng": ("68", "68"),
    "Thái Nguyên": ("19", "19"), "Bắc Kạn": ("06", "19"), "Hà Nội": ("01", "01"),
    "Bình Định": ("52", "52"), "Gia Lai": ("64", "52"), "Thừa Thiên Huế": ("46", "46"),
    "Huế": ("46", "46"), "Việt Nam": ("VN", None),
}  # fmt: skip


@cache
def ontology() -> dict[str, Any]:
    """Gives the rows of the tables that hold no facts."""
    rules = load_rules()
    return {
        "metrics_rows": metrics_rows(rules),
        "units_rows": units_rows(rules),
        "provinces_rows": provinces_rows(Gazetteer(rules)),
    }


def place(name: str, code: str = "") -> dict[str, Any]:
    """Gives the columns of a place; `code` where it is not that of the list of 63."""
    known, today = PLACES[name]
    level = "country" if name == "Việt Nam" else "province"
    return {
        "province_code": code or known,
        "province_name": name,
        "province_code_2025": code or today,
        "place_text": name,
        "place_level": level,
    }


@dataclass
class Facts:
    """Makes facts: each in a sentence of its own, of Bình Thuận in 2023 where nothing else is said."""

    make_fact: MakeFact
    facts: list[Fact] = field(default_factory=list)

    def add(self, quote: str, value: float, doc_id: str = "a", **changes: Any) -> Fact:
        """Adds a fact that `quote` states: `72,71%` is 72.71. Gives it."""
        sentence = f"Tỉnh đạt {quote} trong năm."
        start = 100 * sum(fact.doc_id == doc_id for fact in self.facts)
        fact = self.make_fact(doc_id, start + len("Tỉnh đạt "))
        fact = replace(
            fact,
            value=value,
            sentence=sentence,
            sentence_start=start,
            char_end=fact.char_start + len(quote),
            **{**YEAR, **changes},
        )
        self.facts.append(fact)
        return fact

    def write(
        self,
        folder: Path,
        *,
        published: Mapping[str, dt.date | None] | None = None,
        urls: Mapping[str, str] | None = None,
        rows_per_part: int = 0,
    ) -> Path:
        """Writes them as a run does; documents came out on 1 February 2024 where nothing else is said."""
        by_document: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            by_document[fact.doc_id].append(fact)
        with DatasetWriter(folder, RUN, rows_per_part=rows_per_part, **ontology()) as writer:
            writer.expect(len(by_document))
            for doc_id, facts in sorted(by_document.items()):
                day = (published or {}).get(doc_id, dt.date(2024, 2, 1))
                document = Document(
                    doc_id,
                    "Tỉnh có 4.285 trạm.",
                    f"news/{doc_id}.txt",
                    "0" * 64,
                    published=None if day is None else day_period(day),
                    url=(urls or {}).get(doc_id),
                )
                writer.add(DocumentResult(document, tuple(facts), sentences=1, province_code="60"))
        return folder


def panel_of(folder: Path, merge: Merge | None = None, **choice: Any) -> PanelResult:
    """Makes the panel of a run."""
    return make_panel(PanelOptions(folder, Choice(**choice), merge))


def rows_of(folder: Path, merge: Merge | None = None, **choice: Any) -> list[dict[str, Any]]:
    """Gives the rows of the panel of a run."""
    rows: list[dict[str, Any]] = panel_of(folder, merge, **choice).table.to_pylist()
    return rows


def only(rows: Sequence[Row], *names: str) -> list[tuple[Any, ...]]:
    """Gives some cells of each row."""
    return [tuple(row[name] for name in names) for row in rows]
