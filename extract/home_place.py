"""Where an article is at home: the province of its address or of the mark of its paper.

`https://baogialai.com.vn/...`, `(QNO) - ...`: what a provincial paper says of `the province` without its name
is of its own. In: the address and the beginning of the text. Out: the name of a province.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urlsplit

from extract.rules import RuleSet
from extract.text import fold, strip_diacritics

# A shorter name may stand in another word: `hue`, `sonla`.
MIN_SITE = 6
# The mark of a paper opens the text, in brackets.
_MARK_BEFORE = 300
_MARK = re.compile(r"\(\s*(?P<mark>[^\s()]{2,30}|lđ online)\s*\)")


class HomePlaces:
    """Reads where articles are at home. Made once per rule set."""

    def __init__(self, rules: RuleSet, names: tuple[str, ...]) -> None:
        """`names` are those of all provinces, old and new."""
        self._slugs = {
            "-".join(strip_diacritics(fold(name)).replace("-", " ").split()): name for name in names
        }
        self._sites = {slug.replace("-", ""): name for slug, name in self._slugs.items()}
        self._marks = {
            row["tag"]: row["province"]
            for folder in rules.folders
            for row in _rows(folder / "places" / "publishers.csv")
        }
        slugs = "|".join(sorted((re.escape(slug) for slug in self._slugs), key=len, reverse=True))
        sites = "|".join(sorted(map(re.escape, self._sites), key=len, reverse=True))
        # `/gia-lai-cong-bo`, `tinh-gia-lai`; in the middle of a title they are words: `giam-gia-lai-tang`.
        self._in_path = re.compile(
            rf"(?:(?<=/)|(?<=/tinh-)|(?<=-tinh-)|(?<=/tp-)|(?<=-tp-))(?:{slugs})(?![a-z0-9])"
        )
        self._site = re.compile(
            rf"(?:^|\.)(?:(?:bao)?(?P<paper>{sites})(?:online|dientu|tv|portal)?)\.(?:com|vn|gov|net|org|edu)(?![a-z0-9])"
        )

        long = "|".join(
            sorted((re.escape(site) for site in self._sites if len(site) >= MIN_SITE), key=len, reverse=True)
        )
        # `thongkethaibinh.gov.vn`, `tintucnamdinh.vn`: of an office or a paper of the province.
        self._named_site = re.compile(
            rf"(?:^|[.\-])(?:[a-z]{{0,14}}(?P<tail>{long})|(?P<head>{long})[a-z]{{0,14}})(?=[.\-])"
        )

    def find(self, address: str | None, folded: str, start: int) -> str | None:
        """Gives the province of a paper's mark at `start` of the text, else of its address, else None."""
        for match in _MARK.finditer(folded, start, min(len(folded), start + _MARK_BEFORE)):
            mark = match["mark"]
            name = self._marks.get(mark) or self._of_site(mark)
            if name is not None:
                return name
        return self._of_address(address) if address else None

    def _of_address(self, address: str) -> str | None:
        try:
            parts = urlsplit(address.lower() if "://" in address else f"//{address.lower()}")
        except ValueError:
            return None
        site = self._of_site(parts.netloc)
        if site is not None:
            return site
        named = {self._slugs[slug] for slug in self._in_path.findall(parts.path)}
        return named.pop() if len(named) == 1 else None

    def _of_site(self, host: str) -> str | None:
        match = self._site.search(host)
        if match is not None:
            return self._sites[match["paper"]]
        named = self._named_site.search(host)
        return self._sites[named["tail"] or named["head"]] if named is not None else None


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
