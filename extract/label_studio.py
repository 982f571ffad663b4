"""The labelling interface in Label Studio: which controls a fact has, and their XML.

A fact is a region of the text, the words of value and unit, labelled with its status. All else are controls
of the region. Their names are those of gold (`gold.py`). Source: labelstud.io, tags Labels, Text, TextArea
and Choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from extract.models import Bound, Change, Status
from extract.places import COUNTRY_CODE, COUNTRY_NAME

TEXT, LABELS = "text", "fact"
# By this comment an export knows a file that it may replace. XML comments hold no double hyphen.
MARK = "Written by extract export for Label Studio"
OPTIONAL = "optional"

_COLOURS = {Status.ACTUAL: "#2f6fb3", Status.TARGET: "#b3632f"}


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a region: a field of text, or one of `choices`."""

    name: str
    title: str
    choices: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""
    is_long: bool = False


def controls(metrics: Iterable[str] = (), provinces: Iterable[str] = ()) -> tuple[Control, ...]:
    """Gives all controls of a region, in the order in which they are shown."""
    return (
        Control("value", "Value, multiplied out", required=True, hint="1460000 or 75.6"),
        Control("value_max", "Upper end of a range", hint="empty where there is none"),
        Control("denominator", "y of x/y", hint="empty where there is none"),
        Control("bound", "Bound", tuple(Bound)),
        Control("unit", "Unit", required=True, hint="percent, VND, household, VND/kg …"),
        Control("unit_text", "Unit as written"),
        Control("metric", "Words that name what is measured"),
        Control("metric_id", "Metric of the ontology, none where none fits", tuple(metrics), is_long=True),
        Control("technology", "Technology", hint="2G to 5G, joined by commas"),
        Control("scope", "Scope", hint="what a share is over: household, commune …"),
        Control("component", "Component", hint="of a DTI metric: overall, digital_government …"),
        Control("change", "Change", tuple(Change)),
        Control(
            "period", "Period", hint="2030, 2024-07, 2024-Q1, 2021/2025, doc; empty where it is not known"
        ),
        Control("place", "Place", hint="Bến Tre, or a narrower place and its province"),
        Control("province", "Province at the time of the text", tuple(provinces), is_long=True),
        Control("optional", "Neither rewarded nor punished", (OPTIONAL,)),
    )


def province_choice(name: str, code: str) -> str:
    """Gives how a province is shown: `Bến Tre (83)`. The same code may be another in the other list."""
    return f"{name} ({code})"


def province_code(choice: str) -> str:
    """Gives the code of what `province_choice` gave, or of a code alone."""
    return choice.rpartition("(")[2].removesuffix(")").strip()


def province_choices(provinces: Iterable[Mapping[str, Any]]) -> list[str]:
    """Gives the choices for both lists, the country first. In: the rows of `provinces`."""
    names = {(COUNTRY_NAME, COUNTRY_CODE): None}
    for row in provinces:
        names |= {(name, row["province_code"]): None for name in (row["name"], row["later_name"]) if name}
    country, *others = names
    return [
        province_choice(*item) for item in (country, *sorted(others, key=lambda item: (item[1], item[0])))
    ]


def labeling_config(metrics: Iterable[str], provinces: Iterable[Mapping[str, Any]]) -> str:
    """Gives the XML that goes into a project's labelling interface."""
    view = ElementTree.Element("View")
    view.append(ElementTree.Comment(f" {MARK} "))
    # Without it, spaces in a row are shown as one, and offsets shift.
    ElementTree.SubElement(view, "Style").text = ".htx-text { white-space: pre-wrap; }"
    ElementTree.SubElement(view, "Header", value="$doc_id $published", size="5")
    labels = ElementTree.SubElement(view, "Labels", name=LABELS, toName=TEXT)
    for status, colour in _COLOURS.items():
        ElementTree.SubElement(labels, "Label", value=status.value, background=colour)
    ElementTree.SubElement(view, "Text", name=TEXT, value="$text", granularity="symbol")
    selected = ElementTree.SubElement(view, "View", visibleWhen="region-selected")
    for control in controls(metrics, province_choices(provinces)):
        _add(selected, control)
    ElementTree.indent(view, " ")
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _add(parent: ElementTree.Element, control: Control) -> None:
    ElementTree.SubElement(parent, "Header", value=control.title, size="5")
    common = {"name": control.name, "toName": TEXT, "perRegion": "true"}
    if control.required:
        common |= {"required": "true", "requiredMessage": f"{control.title}: is missing"}
    if not control.choices:
        ElementTree.SubElement(
            parent,
            "TextArea",
            common,
            rows="1",
            maxSubmissions="1",
            editable="true",
            placeholder=control.hint,
        )
        return
    layout = "select" if control.is_long else "inline"
    # A single choice that stands alone could not be taken back.
    kind = "multiple" if len(control.choices) == 1 else "single"
    choices = ElementTree.SubElement(parent, "Choices", common, choice=kind, layout=layout)
    for value in control.choices:
        ElementTree.SubElement(choices, "Choice", value=value)
