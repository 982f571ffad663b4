"""The panel as SDMX sees it: dimensions, a measure, attributes, their code lists, as a structure message.

Source: SDMX 3.0 (technical notes on time, SDMX-JSON structure message 2.0, identifiers of `CL_FREQ`). A
column of the data file has the id of its component.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extract.models import Bound, Change, Status
from extract.panel_places import BOTH, NEW
from extract.places import COUNTRY_CODE, COUNTRY_NAME

AGENCY, VERSION = "EXTRACT", "1.0"
FLOW, STRUCTURE, CONCEPTS = "FACTS_PANEL", "FACTS_PANEL", "CS_FACTS"
# Of the codes that all of SDMX shares: this dimension says nothing here.
NOT_APPLICABLE = "_Z"
FREQUENCIES = {
    "year": ("A", "Annual"),
    "half": ("S", "Half-yearly"),
    "quarter": ("Q", "Quarterly"),
    "month": ("M", "Monthly"),
    "week": ("W", "Weekly"),
    "day": ("D", "Daily"),
    "range": ("_O", "Other: a range of days"),
}
_URN = "urn:sdmx:org.sdmx.infomodel"
# The message must state a moment, and the same panel shall give the same bytes.
_PREPARED = "2000-01-01T00:00:00Z"
_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)


@dataclass(frozen=True, slots=True)
class Component:
    """A column of the data: id, name, and either the code list that it counts in or the type of its cells."""

    id: str
    name: str
    codes: str = ""
    kind: str = "String"


TIME = Component("TIME_PERIOD", "Period that the value holds for", kind="ObservationalTimePeriod")
MEASURE = Component("OBS_VALUE", "The best value stated; the lower end of a range", kind="Double")
DIMENSIONS = (
    Component("FREQ", "Frequency", "CL_FREQ"),
    Component("REF_AREA", "Province, in the list of 63 or of 34, or the country", "CL_AREA"),
    Component("INDICATOR", "Metric", "CL_INDICATOR"),
    Component("TECHNOLOGY", "Mobile generation"),
    Component("SCOPE", "What a share or coverage is over"),
    Component("COMPONENT", "Pillar or sub-index of a digital transformation index"),
    Component("UNIT_MEASURE", "Unit of measure, or what is counted"),
    Component("FACT_STATUS", "Happened, or hoped for", "CL_FACT_STATUS"),
    Component("CHANGE", "A level, or the size of a change", "CL_CHANGE"),
    Component("BASELINE", "Period that a change is measured against"),
)
ATTRIBUTES = (
    Component("OBS_VALUE_MAX", "The upper end of a range", kind="Double"),
    Component("DENOMINATOR", "y of x/y", kind="Double"),
    Component("BOUND", "How the number bounds the true one", "CL_BOUND"),
    Component("N_STATEMENTS", "Statements behind the value", kind="Integer"),
    Component("N_DOCUMENTS", "Documents behind the value", kind="Integer"),
    Component("VALUE_LOWEST", "The lowest number stated", kind="Double"),
    Component("VALUE_HIGHEST", "The highest number stated", kind="Double"),
    Component("CONFIDENCE", "Confidence of the best statement, 0 to 1", kind="Double"),
    Component("FLAGS", "What is doubtful, separated by spaces"),
    Component("BEST_FACT_ID", "The fact that gave the value"),
)


def area_code(code: str, list_id: str) -> str:
    """Gives a province as a code of `CL_AREA`: `P34_19`, since 19 is another province in each list.

    One that the merger left as it was stands in the list of 34.
    """
    return code if code == COUNTRY_CODE else f"P{NEW if list_id == BOTH else list_id}_{code}"


def time_period(start: dt.date, end: dt.date, grain: str) -> str:
    """Gives a period as SDMX writes it: `2024`, `2024-S1`, `2024-Q3`, `2024-07`, `2024-W05`, `2024-07-01`.

    Other days are a beginning and a length: `2021-01-01/P5Y`.
    """
    if grain == "year":
        return f"{start.year:04}"
    if grain == "half":
        return f"{start.year:04}-S{(start.month + 5) // 6}"
    if grain == "quarter":
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    if grain == "month":
        return str(start)[:7]
    if grain == "week" and start.isoweekday() == 1:
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    return str(start) if start == end else f"{start}/{_duration(start, end)}"


def _duration(start: dt.date, end: dt.date) -> str:
    if start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return f"P{months}M" if months % 12 else f"P{months // 12}Y"
    return f"P{(end - start).days + 1}D"


def describe_structure(
    metrics: Iterable[Mapping[str, Any]], provinces: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Gives the structure message (SDMX-JSON 2.0). In: the rows of `metrics` and of `provinces`."""
    areas = [(COUNTRY_CODE, COUNTRY_NAME)]
    areas += [(area_code(row["province_code"], row["list"]), row["name"]) for row in provinces]
    codelists = {
        "CL_FREQ": ("Frequency", list(FREQUENCIES.values())),
        "CL_AREA": ("Provinces before and since 1 July 2025", areas),
        "CL_INDICATOR": ("Metrics", [(row["metric_id"], row["label_en"]) for row in metrics]),
        "CL_FACT_STATUS": ("Status", [(item.value, item.value) for item in Status]),
        "CL_CHANGE": ("Change", [(item.value, item.value) for item in Change]),
        "CL_BOUND": ("Bound", [(item.value, item.value) for item in Bound]),
    }
    components = (*DIMENSIONS, TIME, MEASURE, *ATTRIBUTES)
    return {
        "meta": {
            "schema": _SCHEMA,
            "id": f"{AGENCY}_{STRUCTURE}",
            "prepared": _PREPARED,
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": [
                {
                    **_artefact(name, title),
                    "codes": [{"id": code, "name": meaning} for code, meaning in codes],
                }
                for name, (title, codes) in codelists.items()
            ],
            "conceptSchemes": [
                {
                    **_artefact(CONCEPTS, "What the components of the panel are"),
                    "concepts": [{"id": item.id, "name": item.name} for item in components],
                }
            ],
            "dataflows": [
                {
                    **_artefact(FLOW, "Facts from Vietnamese news, the best value of each"),
                    "structure": f"{_URN}.datastructure.DataStructure={AGENCY}:{STRUCTURE}({VERSION})",
                }
            ],
            "dataStructures": [
                {
                    **_artefact(STRUCTURE, "Panel of metric, place and period"),
                    "dataStructureComponents": {
                        "dimensionList": {
                            "id": "DimensionDescriptor",
                            "dimensions": [_component(item) for item in DIMENSIONS],
                            "timeDimension": _component(TIME),
                        },
                        "measureList": {
                            "id": "MeasureDescriptor",
                            "measures": [{**_component(MEASURE), "usage": "mandatory"}],
                        },
                        "attributeList": {
                            "id": "AttributeDescriptor",
                            "attributes": [
                                {
                                    **_component(item),
                                    "usage": "optional",
                                    "attributeRelationship": {"observation": {}},
                                    "measureRelationship": [MEASURE.id],
                                }
                                for item in ATTRIBUTES
                            ],
                        },
                    },
                }
            ],
        },
    }


def _artefact(name: str, title: str) -> dict[str, Any]:
    return {"agencyID": AGENCY, "id": name, "version": VERSION, "name": title}


def _component(item: Component) -> dict[str, Any]:
    representation: dict[str, Any] = {"format": {"dataType": item.kind}}
    if item.codes:
        representation = {"enumeration": f"{_URN}.codelist.Codelist={AGENCY}:{item.codes}({VERSION})"}
    return {
        "id": item.id,
        "conceptIdentity": f"{_URN}.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{item.id}",
        "localRepresentation": representation,
    }
