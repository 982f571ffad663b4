"""The shape of rule entries: what each family in rules/ may say. Validation only, no matching."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
# Words are made into one pattern, letter in letter, which can be nested only so deep; the longest have 57.
Form = Annotated[str, Field(min_length=1, max_length=200)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
FamilyIdentifier = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")]

Dimension = Literal[
    "share", "count", "money", "length", "area", "volume", "mass", "energy", "power", "data",
    "data_rate", "time", "temperature", "speed", "pressure", "frequency", "rank", "rank_places",
    "score", "times", "fraction", "rate", "density",
]  # fmt: skip
DIMENSIONS: frozenset[str] = frozenset(get_args(Dimension))


class Entry(BaseModel):
    """What every rule has: an id, and where it stands (filled in by the loader)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    id: str
    file: str = ""
    line: int = 0
    # Of a folder that a user named, and not of the package.
    is_own: bool = False
    why: str | None = None
    source: str | None = None

    @property
    def rule_id(self) -> str:
        """The name under which this rule shows in the column `rule_ids`."""
        return self.id


class Unit(Entry):
    """A unit of measure, or a kind of thing that is counted. `forms` are its spellings in text."""

    id: Annotated[str, Field(min_length=1)]
    dimension: Dimension
    forms: tuple[Form, ...]
    symbol: str | None = None
    label_en: str | None = None
    base: str | None = None
    factor: float | None = None
    ucum: str | None = None
    iso4217: str | None = None
    # A structural count measures nothing about a place (`3 trụ cột`): it gives no fact.
    structural: bool = False
    examples: tuple[Text, ...] = ()
    not_examples: tuple[Text, ...] = ()

    @property
    def rule_id(self) -> str:
        return f"unit.{self.id}"


class Cue(Entry):
    """Words (`forms`) or a regular expression (`pattern`) on folded text that mean `value`."""

    id: FamilyIdentifier
    value: str = ""
    side: Literal["before", "after"] = "before"
    forms: tuple[Form, ...] = ()
    pattern: str | None = None
    # In `not_facts`: the pattern gives way when a unit follows it (`cấp 493 tổ chức`, but `cấp 4`).
    unless_unit: bool = False
    examples: tuple[Text, ...]
    not_examples: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _has_one_way_to_match(self) -> Cue:
        if bool(self.forms) == bool(self.pattern):
            raise ValueError("give either `forms` or `pattern`")
        return self


class PeriodForm(Entry):
    """A written form of a date: a pattern on folded text and how a match of it is read.

    `examples` are `text => period` as annotated, read against the day 2023-10-17. `grain` and `shift` say how
    many calendar units before (-1) or after the document's date the reader `relative` goes.
    """

    id: FamilyIdentifier
    read: Text
    pattern: Text
    grain: Literal["day", "week", "month", "quarter", "year"] = "day"
    shift: int = 0
    # Whether the period may hold for later sentences: a window that ends at the document's date does so only
    # when it opens its sentence (`opening`) or not at all.
    carries: bool | Literal["opening"] = True
    examples: Annotated[tuple[Text, ...], Field(min_length=1)]
    not_examples: tuple[Text, ...] = ()


class Term(Entry):
    """A named list of words that mean the same in the patterns of metrics, used there as `$id`."""

    id: Identifier
    forms: tuple[Form, ...]


class AttributeCue(BaseModel):
    """A value of an attribute and the words that call for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    value: str
    forms: tuple[Form, ...]


class Attribute(BaseModel):
    """How technology, scope or component of a metric is read: the first cue in the text wins.

    `before_value`: only words to the left of the number count. `default` stands when no cue does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    default: str | None = None
    cues: tuple[AttributeCue, ...] = ()


class Attributes(BaseModel):
    """The attributes that a metric has. `technology` reads 2G to 5G and needs no cues."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    technology: bool = False
    scope: Attribute | None = None
    component: Attribute | None = None


class MetricExample(BaseModel):
    """A text and what must be read in it. Fields left out are not checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    text: Text
    value: float | None = None
    technology: str | None = None
    scope: str | None = None
    component: str | None = None


class Metric(Entry):
    """One entry of the ontology.

    `patterns`: each is a list of groups that must all stand in the words about one number, in any
    order; a group is alternatives parted by ` | `, words or `$term`. `units`: unit ids or dimensions
    that the metric takes. `blocked_by`: words that rule it out. The pattern that explains most words wins.
    `alone`: nouns of units that count the metric when nothing more is said of them (`Xã có 842 hộ`).

    The rest is for checks: `plausible` is the least and the greatest level that can be, for each unit;
    `adds_up` says that several numbers of one place and time can be true, for it counts events; `better` is
    the direction that goals aim at; `ranks` what a rank is held among.
    """

    id: Identifier
    pillar: Text
    label_vi: Text
    label_en: Text
    definition: Text
    typical_unit: Text
    units: tuple[Text, ...]
    patterns: Annotated[tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...], Field(min_length=1)]
    blocked_by: tuple[Text, ...] = ()
    alone: tuple[Text, ...] = ()
    attributes: Attributes = Attributes()
    plausible: dict[str, tuple[float, float]] = {}
    adds_up: bool = False
    better: Literal["more", "less"] | None = None
    ranks: Literal["provinces"] | None = None
    examples: tuple[Text | MetricExample, ...]
    not_examples: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _has_ranges_in_order(self) -> Metric:
        for unit, (low, high) in self.plausible.items():
            if not low < high:
                raise ValueError(f"`plausible`: {unit}: [{low:g}, {high:g}] does not rise")
        return self

    @property
    def rule_id(self) -> str:
        return f"metric.{self.id}"


class Weight(Entry):
    """How much a feature of a row speaks for it (above 0) or against it, as log odds."""

    id: FamilyIdentifier
    of: Text
    log_odds: float


class Words(Entry):
    """A closed class of words that the grammar needs, such as the verbs between metric and value."""

    id: FamilyIdentifier
    forms: tuple[Form, ...]


FAMILIES: dict[str, type[Entry]] = {
    "units": Unit,
    "bounds": Cue,
    "changes": Cue,
    "status": Cue,
    "not_facts": Cue,
    "furniture": Cue,
    "scopes": Cue,
    "periods": PeriodForm,
    "terms": Term,
    "metrics": Metric,
    "words": Words,
    "confidence": Weight,
}
