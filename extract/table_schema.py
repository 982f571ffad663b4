"""The columns of every table that a run writes: names, types, meanings, units of measure.

The one place where they stand. The Parquet schemas, the data package and `extract schema` are made of it.
Names, order and types of the first columns of `facts` are a contract: more may only follow after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from extract.models import Bound, Change, DocumentStatus, Grain, PublishedSource, Source, Status

# Raised in the first part when a column changes its meaning, in the second when one is added.
SCHEMA_VERSION = "1.3"

TEXT = pa.string()
CATEGORY = pa.dictionary(pa.int32(), pa.string())
NUMBER = pa.float64()
SMALL_NUMBER = pa.float32()
INTEGER = pa.int32()
DAY = pa.date32()

_CODE_POINTS = "code points"
_HASH = r"[0-9a-f]{16}"
_LONG_HASH = r"[0-9a-f]{64}"
_PROVINCE = r"[0-9]{2}|VN"
_WORDS = r"\S+( \S+)*"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `values` are all that it may hold, where that is a closed list.

    `minimum` and `maximum` bound its numbers, both included; `pattern` is what all of a text must match.
    """

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""

    @property
    def type_name(self) -> str:
        """The type as people write it: `dictionary string`, `date32`, `float64`."""
        if pa.types.is_dictionary(self.type):
            return "dictionary string"
        return {pa.date32(): "date32", pa.float32(): "float32", pa.float64(): "float64"}.get(
            self.type, str(self.type)
        )

    def to_field(self) -> pa.Field:
        """Gives the Arrow field, with description and unit in its metadata."""
        metadata = {"description": self.description}
        if self.unit:
            metadata["unit"] = self.unit
        return pa.field(self.name, self.type, nullable=self.nullable, metadata=metadata)


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table: `name` is the file's stem."""

    name: str
    title: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    # Column here -> (table, column) there; the same table is named "".
    foreign_keys: tuple[tuple[str, tuple[str, str]], ...] = ()

    @property
    def file_name(self) -> str:
        """The file in the output folder."""
        return f"{self.name}.parquet"

    @property
    def folder_name(self) -> str:
        """The folder in the output folder that holds a table of several files."""
        return self.name

    def to_plain_schema(self) -> pa.Schema:
        """Gives the names and types alone, words as plain strings: for rows that are under way."""
        return pa.schema(
            [
                pa.field(column.name, pa.string() if pa.types.is_dictionary(column.type) else column.type)
                for column in self.columns
            ]
        )

    def to_schema(self, metadata: Mapping[str, str] | None = None) -> pa.Schema:
        """Gives the Arrow schema, with `metadata` on the schema itself."""
        return pa.schema(
            [column.to_field() for column in self.columns], metadata=dict(metadata or {}) or None
        )


def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


PLACE_LEVELS = ("country", "region", "province", "district", "commune", "village")

FACTS = TableDescription(
    "facts",
    "One row for each stated measurement, sorted by doc_id, char_start, char_end",
    (
        Column(
            "fact_id",
            TEXT,
            "Stable id: hash of the document's content and the mention, the same in every run",
            pattern=_HASH,
        ),
        Column("doc_id", TEXT, "The document: stem of its file, or the record's own id"),
        Column(
            "metric_id", CATEGORY, "What is measured, as id of the ontology; null when no metric fits", True
        ),
        Column("metric_text", TEXT, "The words of the text that name what is measured"),
        Column(
            "technology",
            CATEGORY,
            "Mobile generation: 2G to 5G, several in rising order joined by commas",
            True,
            pattern=r"[2-5]G(,[2-5]G)*",
        ),
        Column("scope", CATEGORY, "What a share or coverage is over, such as household or commune", True),
        Column("component", CATEGORY, "Pillar or sub-index of a digital transformation index", True),
        Column(
            "value",
            NUMBER,
            "The number, multiplied out; the lower end of a range; percent is 0 to 100",
            unit="unit_id",
        ),
        Column("value_max", NUMBER, "The upper end of a range", True, unit="unit_id"),
        Column("denominator", NUMBER, "y of x/y", True, unit="unit_id"),
        Column("bound", CATEGORY, "How the number bounds the true one", values=_values(Bound)),
        Column("unit_id", CATEGORY, "Canonical unit, or the singular English noun of what is counted"),
        Column("unit_text", TEXT, "The unit as written", True),
        Column("status", CATEGORY, "Happened, or hoped for at the time of writing", values=_values(Status)),
        Column("change", CATEGORY, "A level (none) or the size of a change", values=_values(Change)),
        Column("period_start", DAY, "First day of the period that the value holds for", True),
        Column("period_end", DAY, "Last day of the period that the value holds for", True),
        Column(
            "period_grain",
            CATEGORY,
            "The unit of calendar that the period was stated in",
            True,
            "",
            _values(Grain),
        ),
        Column("period_source", CATEGORY, "Where the period was read", values=_values(Source)),
        Column("baseline_start", DAY, "First day of the period that a change is measured against", True),
        Column("baseline_end", DAY, "Last day of the period that a change is measured against", True),
        Column(
            "province_code",
            CATEGORY,
            "GSO code of the province at the document's date; VN is the country",
            True,
            pattern=_PROVINCE,
        ),
        Column("province_name", CATEGORY, "Its official name without tỉnh or thành phố", True),
        Column(
            "province_code_2025",
            CATEGORY,
            "Code of the province that holds this place since 1 July 2025",
            True,
            pattern=_PROVINCE,
        ),
        Column("place_text", TEXT, "The place as written, narrower places included", True),
        Column("place_level", CATEGORY, "How wide the place is", True, "", PLACE_LEVELS),
        Column("place_source", CATEGORY, "Where the place was read", values=_values(Source)),
        Column("sentence", TEXT, "The sentence that states the fact: the evidence"),
        Column(
            "sentence_start", INTEGER, "Where it begins in the document's text", unit=_CODE_POINTS, minimum=0
        ),
        Column(
            "char_start",
            INTEGER,
            "Where value and unit begin in the text (decoded, NFC, line breaks as \\n)",
            unit=_CODE_POINTS,
            minimum=0,
        ),
        Column(
            "char_end",
            INTEGER,
            "Where value and unit end, this character not included",
            unit=_CODE_POINTS,
            minimum=1,
        ),
        Column("rule_ids", TEXT, "The rules that fired, in order, separated by spaces", pattern=_WORDS),
        Column(
            "confidence",
            SMALL_NUMBER,
            "0 to 1, comparable between runs of the same rules",
            minimum=0,
            maximum=1,
        ),
        Column("duplicate_of", TEXT, "fact_id of the first statement of the same fact in the document", True),
        Column(
            "checks",
            TEXT,
            "Findings about the article's own arithmetic, sorted, separated by spaces: ratio_ok, "
            "ratio_mismatch (a ratio against its percentage), parts_sum_ok, parts_sum_mismatch (parts "
            "against their whole), share_over_100, implausible, rank_beyond (a value that cannot be), "
            "conflict (two values of one thing), target_below_actual (a goal that was reached before)",
            True,
            pattern=_WORDS,
        ),
        Column(
            "statement_id",
            TEXT,
            "Hash of what is stated, 16 digits: the same in all rows, of whatever document, that state the "
            "same; across documents it tells something only where period and place are known",
            pattern=_HASH,
        ),
    ),
    # Two files of the same content have the same fact_ids.
    ("doc_id", "fact_id"),
    (
        ("doc_id", ("documents", "doc_id")),
        ("metric_id", ("metrics", "metric_id")),
        ("duplicate_of", ("", "fact_id")),
    ),
)

DOCUMENTS = TableDescription(
    "documents",
    "One row for each document of the run, those that could not be read included",
    (
        Column("doc_id", TEXT, "Stem of the file, or the record's own id"),
        Column("source", TEXT, "Path or URL that the document was read from"),
        Column(
            "sha256",
            TEXT,
            "Hash of the input's bytes; null when they could not be read",
            True,
            pattern=_LONG_HASH,
        ),
        Column("title", TEXT, "As the metadata state it, else the first short line", True),
        Column(
            "published",
            DAY,
            "The day it came out; first day of the month or year where only that is known",
            True,
        ),
        Column("published_source", CATEGORY, "Where that was found", values=_values(PublishedSource)),
        Column(
            "province_code",
            CATEGORY,
            "GSO code of the document's main province at its date",
            True,
            pattern=_PROVINCE,
        ),
        Column("characters", INTEGER, "Length of the text", unit=_CODE_POINTS, minimum=0),
        Column("sentences", INTEGER, "Number of sentences", minimum=0),
        Column("facts", INTEGER, "Number of facts", minimum=0),
        Column("status", CATEGORY, "What became of it", values=_values(DocumentStatus)),
        Column("error", TEXT, "Why it failed", True),
        Column(
            "published_grain", CATEGORY, "How exactly the date is known", True, "", ("day", "month", "year")
        ),
        Column("url", TEXT, "Address of the article, as the metadata state it", True),
        Column("encoding", TEXT, "What the input was decoded from; null when it could not be read", True),
        Column("warning", TEXT, "What is doubtful about the input, separated by semicolons", True),
        Column("content_key", TEXT, "Hash of all that the document was read from; null when it failed", True),
        Column("drops", TEXT, "Numbers left out: reason=count, separated by semicolons", True),
        Column("ambiguous", TEXT, "Doubts settled by rule: kind=count, separated by semicolons", True),
    ),
    ("doc_id",),
)

METRICS = TableDescription(
    "metrics",
    "The ontology: what can be measured",
    (
        Column("metric_id", TEXT, "Stable id"),
        Column("pillar", TEXT, "The part of the ontology"),
        Column("label_vi", TEXT, "Vietnamese name"),
        Column("label_en", TEXT, "English name"),
        Column("definition", TEXT, "What is counted and what is not", True),
        Column("typical_unit", TEXT, "The unit that it mostly has"),
        Column("attributes", TEXT, "Columns of facts that it fills, separated by semicolons", True),
    ),
    ("metric_id",),
)

UNITS = TableDescription(
    "units",
    "The units of measure and the things that are counted",
    (
        Column("unit_id", TEXT, "Stable id, as in facts.unit_id; a rate joins two of them with a slash"),
        Column("dimension", TEXT, "What the unit measures"),
        Column("symbol", TEXT, "International symbol", True),
        Column("label_en", TEXT, "English name", True),
        Column("base", TEXT, "The unit that this one is a multiple of", True),
        Column("factor", NUMBER, "One of this unit in units of base", True, unit="base"),
        Column("ucum", TEXT, "Code in the Unified Code for Units of Measure", True),
        Column("iso4217", TEXT, "Currency code", True),
        Column("forms", TEXT, "Spellings in Vietnamese text, separated by semicolons", True),
    ),
    ("unit_id",),
)

PROVINCES = TableDescription(
    "provinces",
    "Both lists of provinces: 63 before 1 July 2025, 34 since",
    (
        Column("province_code", TEXT, "GSO code, two digits; valid within its list", pattern=r"[0-9]{2}"),
        Column("list", TEXT, "63 or 34: the list that the code belongs to", values=("63", "34")),
        Column("name", TEXT, "Official name without tỉnh or thành phố"),
        Column("type", TEXT, "tỉnh or thành phố"),
        Column("iso_3166_2", TEXT, "ISO 3166-2 code", True, pattern=r"VN-[0-9A-Z]{2}"),
        Column("valid_from", DAY, "First day of validity", True),
        Column("valid_to", DAY, "Last day of validity", True),
        Column("successor_code", TEXT, "Code, in the list of 34, of the province that holds it now", True),
        Column("region", TEXT, "Socio-economic region", True),
        Column("aliases", TEXT, "Other names in use, separated by semicolons", True),
        Column("later_from", DAY, "Day since which name or type are the later ones", True),
        Column("later_type", TEXT, "Type since that day", True),
        Column("later_name", TEXT, "Name since that day", True),
    ),
    ("list", "province_code"),
)

TABLES = (FACTS, DOCUMENTS, METRICS, UNITS, PROVINCES)


def describe_schema(table: TableDescription = FACTS) -> list[tuple[str, str, str]]:
    """Gives name, type and description of every column of a table, in order."""
    return [
        (
            column.name,
            f"{column.type_name}, null" if column.nullable else column.type_name,
            column.description,
        )
        for column in table.columns
    ]
