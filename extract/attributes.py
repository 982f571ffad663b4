"""Attributes: technology, scope and component of a number whose metric is settled.

In: a sentence, a number, its draft. Out: its `Binding`.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.draft import Draft
from extract.metrics import MetricMatch, MetricMatcher
from extract.models import Change, Span
from extract.quantity import Quantity
from extract.scene import Binding, Scene
from extract.schema_rules import Attribute
from extract.share_scope import ShareScope, ShareScopes
from extract.text import fold

_SHARES = frozenset({"percent", "fraction", "percentage_point"})


class AttributeReader:
    """Reads the attributes of a bound number. Made once per rule set."""

    def __init__(self, matcher: MetricMatcher, scopes: ShareScopes) -> None:
        self._matcher = matcher
        self._scopes = scopes

    def settled(self, scene: Scene, quantity: Quantity, draft: Draft, own: tuple[Span, Span]) -> Binding:
        """Gives a binding with the attributes that the metric has; a number's own words are read first."""
        match = draft.match
        if match is None:
            scope = self._share_scope(scene, quantity, draft, own)
            rules = (draft.rule,) if scope is None else (draft.rule, scope.rule_id)
            value = scope.value if scope is not None else None
            return Binding(quantity, None, draft.words, None, value, None, rules, draft.regions, draft.base)
        attributes, folded = match.metric.attributes, scene.plain
        # What a share is over stands behind it first; what a rank is of before it, be it further off.
        order = own if quantity.is_rank else own[::-1]
        beyond = tuple(region for region in draft.regions if region not in own)
        wider = (own[0], *beyond, own[1]) if quantity.is_rank else (*order, *beyond)
        technology = None
        if attributes.technology:
            near = self._matcher.read_technology(folded, order)
            technology = near or self._matcher.read_technology(folded, wider)
        return Binding(
            quantity,
            match.metric,
            draft.words,
            technology,
            self._matcher.read_attribute(attributes.scope, folded, wider),
            self._component(attributes.component, scene, draft, own, wider),
            (match.metric.rule_id, *_doubts(match), draft.rule),
            draft.regions,
            draft.base,
        )

    def _component(
        self,
        component: Attribute | None,
        scene: Scene,
        draft: Draft,
        own: tuple[Span, Span],
        wider: Sequence[Span],
    ) -> str | None:
        """Gives the part of an index: of a number's own words, else of those that it shares."""
        if component is None:
            return None
        near = self._matcher.find_attribute(component, scene.plain, own)
        if near is None and draft.rule == "bind.inherited":
            # `kinh tế số đạt 0,66 điểm, xếp thứ 27`: not what stands at the head of the sentence.
            words = fold(draft.words)
            near = self._matcher.find_attribute(component, words, (Span(0, len(words)),))
        return self._matcher.read_attribute(component, scene.plain, wider) if near is None else near

    def _share_scope(
        self, scene: Scene, quantity: Quantity, draft: Draft, own: tuple[Span, Span]
    ) -> ShareScope | None:
        """Gives what a share of an open metric is over: `97% dân số`, `tỷ lệ hộ nghèo giảm 0,8%`."""
        if quantity.unit_id not in _SHARES:
            return None
        words = fold(draft.words)
        if quantity.change is not Change.NONE:
            # `tăng 9%` is no share of anything, but where a rate grows.
            return self._scopes.before(words) if words.startswith("tỉ lệ") else None
        behind = scene.plain[quantity.span.end : own[1].end].lstrip()
        if behind.startswith("so ") or draft.rule == "bind.of_plan":
            return None
        return self._scopes.behind(behind) or self._scopes.before(words)


def _doubts(match: MetricMatch) -> tuple[str, ...]:
    """Names what is unsure about a metric: another fits as well, or a word is written otherwise."""
    tied = ("ambiguous.metric",) if match.is_tied else ()
    return tied if match.exact else (*tied, "ambiguous.spelling")
