"""Rules -> rows of the tables that explain the facts: metrics, units and provinces."""

from __future__ import annotations

from collections.abc import Sequence

from extract.places import Gazetteer
from extract.rules import RuleSet


def metrics_rows(rules: RuleSet) -> Sequence[dict[str, object]]:
    """Gives the ontology as rows of `metrics.parquet`."""
    return [
        {
            "metric_id": metric.id,
            "pillar": metric.pillar,
            "label_vi": metric.label_vi,
            "label_en": metric.label_en,
            "definition": metric.definition,
            "typical_unit": metric.typical_unit,
            "attributes": [
                name
                for name, has in (
                    ("technology", metric.attributes.technology),
                    ("scope", metric.attributes.scope),
                    ("component", metric.attributes.component),
                )
                if has
            ],
        }
        for metric in rules.metrics
    ]


def units_rows(rules: RuleSet) -> Sequence[dict[str, object]]:
    """Gives the units as rows of `units.parquet`."""
    return [
        {
            "unit_id": unit.id,
            "dimension": unit.dimension,
            "symbol": unit.symbol,
            "label_en": unit.label_en,
            "base": unit.base,
            "factor": unit.factor,
            "ucum": unit.ucum,
            "iso4217": unit.iso4217,
            "forms": list(unit.forms),
        }
        for unit in rules.units
    ]


def provinces_rows(gazetteer: Gazetteer) -> Sequence[dict[str, object]]:
    """Gives both lists of provinces as rows of `provinces.parquet`."""
    return [
        {
            "province_code": province.code,
            "list": province.list_id,
            "name": province.name,
            "type": province.type,
            "iso_3166_2": province.iso3166_2,
            "valid_from": province.valid_from,
            "valid_to": province.valid_to,
            "successor_code": province.successor,
            "region": province.region,
            "aliases": [*province.aliases, *province.nicknames],
            "later_from": province.later_from,
            "later_type": province.later_type or None,
            "later_name": province.later_name or None,
        }
        for province in gazetteer.provinces
    ]
