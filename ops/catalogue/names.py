"""Names of people as Project Gutenberg catalogues them, turned round for display.

The source writes `Family, Given (Given in full), Title, dates [Role]`; docs/import.md has the rule
in words, with examples.
"""

import re
from typing import NamedTuple

_ROLE = re.compile(r" \[([^\[\]]*)\]$")
_DATES = re.compile(r", (?:active )?-?\d[^,]*$")
_BRACKETS = re.compile(r" ?\([^()]*\)")
_SUFFIXES = frozenset(("Jr.", "Sr.", "II", "III", "IV", "M.D."))
_PREFIXES = frozenset(("Sir", "Lady", "Lord", "Mrs.", "Mme.", "Dr.", "Saint", "Brother", "Queen"))
_PREFIXES |= {"abbé", "Don"}
_PEERAGES = frozenset(("Baron", "Baroness", "Viscount", "Viscountess", "Earl", "Marquess"))
# What stands behind a single name and before no other: "Saxo, Grammaticus" is no family name.
_EPITHETS = frozenset(("Anglicus", "Cambrensis", "Grammaticus", "Rhodius", "Smyrnaeus"))
_EPITHET_BEGINNINGS = ("of ", "de ", "da ", "à ", "the ")
_ESTATE = re.compile(r"(.*)( (?:of|von|de|von der)| d')$")
# Holders of an office have no given name behind the comma but the office: only the name is kept.
_OFFICE = re.compile(r"(?:Emperor|Empress|King|Queen|Pope|Abbot|Bishop|Archbishop) of .+|.+ chief")
FAMILY_FIRST_LANGUAGES = frozenset(("zh", "ja"))
# A Chinese book may well be Martin Luther's: only what reads as pinyin or romaji stays family first.
_EASTERN = re.compile(r"(?:(?:[zcs]h|[bcdfghjklmnpqrstwxyz])?y?[aeiouü]+(?:ng?(?![aeiouü]))?)+", re.I)


class Credit(NamedTuple):
    """One name of a record; `role` is empty for an author."""

    name: str
    role: str


def _titled(family: str, given: str, title: str) -> str | None:
    """`Given, Title Family` where the title belongs to the family's name, or None."""
    estate = _ESTATE.fullmatch(title)
    if estate:
        gap = "" if title.endswith("'") else " "
        return f"{given}, {title}{gap}{family}"
    if title in _PEERAGES:
        return f"{given}, {title} {family}"
    return None


def _turned(parts: list[str], family_first: bool) -> str:
    family, given, *rest = parts
    if given in _PREFIXES:
        return f"{given} {family}"
    if _OFFICE.fullmatch(given):
        return family
    if given in _EPITHETS or given.startswith(_EPITHET_BEGINNINGS):
        name = f"{family} {given}"
    elif family_first and _EASTERN.fullmatch(family) and _EASTERN.fullmatch(given):
        name = f"{family} {given}"
    else:
        name = f"{given} {family}"
        for title in rest:
            titled = _titled(family, given, title)
            if titled:
                return titled
    for title in rest:
        if title in _PREFIXES:
            name = f"{title} {name}"
        elif title in _SUFFIXES:
            name = f"{name} {title}"
    return name


def display_name(catalogued: str, family_first: bool = False) -> str:
    """The name as one would print it on a cover: no dates, no role, given name first."""
    name = _DATES.sub("", _ROLE.sub("", catalogued.strip()))
    turned = _BRACKETS.sub("", name)
    parts = [part.strip() for part in turned.split(",") if part.strip()]
    # Bodies and single names have no comma; their brackets tell them apart: "Geological Survey (U.S.)".
    return _turned(parts, family_first) if len(parts) > 1 else name


def credits_of(catalogued: str, family_first: bool = False) -> list[Credit]:
    """All names of a record, in its order; names are separated by semicolons."""
    found = []
    for entry in catalogued.split("; "):
        entry = entry.strip()
        if not entry:
            continue
        role = _ROLE.search(entry)
        found.append(Credit(display_name(entry, family_first), role.group(1) if role else ""))
    return found


def authors_of(credits: list[Credit]) -> tuple[str, ...]:
    """Those without a role; of a book that has none, everybody (editors, compilers)."""
    authors = [credit.name for credit in credits if not credit.role]
    return tuple(dict.fromkeys(authors or [credit.name for credit in credits]))
