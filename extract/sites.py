"""Whose an address is: its site, the same for all readers of it."""

from __future__ import annotations

from urllib.parse import urlsplit

# What a site puts before its name for some readers.
_FOR_SOME = ("www.", "m.", "amp.")


def site_of(address: str | None) -> str:
    """Gives the site of a URL without what only tells the kind of reader; nothing for a path or none."""
    if not address or "://" not in address:
        return ""
    try:
        site = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        # `http://[abc/x`: nobody's.
        return ""
    prefix = next((prefix for prefix in _FOR_SOME if site.startswith(prefix)), "")
    return site.removeprefix(prefix)
