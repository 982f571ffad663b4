"""The day whose list of provinces holds for a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from extract.analysis import SentenceAnalysis
from extract.models import Period
from extract.periods import PeriodRole
from extract.places import MERGER


def reference_day(published: Period | None, analyses: Sequence[SentenceAnalysis]) -> dt.date | None:
    """Gives the day that decides which list of provinces is valid.

    That is the document's date; where it is unknown, a day after the merger when the text states one.
    """
    if published is not None:
        return published.start
    stated = [
        mention.period.start
        for analysis in analyses
        for mention in analysis.periods
        if mention.period is not None
        and mention.role is PeriodRole.VALUE
        and mention.period.grain.value in ("day", "month")
    ]
    latest = max(stated, default=None)
    return latest if latest is not None and latest >= MERGER else None
