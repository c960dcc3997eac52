"""Excel number formats as far as score sheets use them: decimals, thousands, percent, literals, sections."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_NUMBER = re.compile(r"[#0?][#0?,.]*")
_CONDITION = re.compile(r"\[(?:[<>=]|Color|[A-Za-z]+\])")


def shown(value: Decimal, number_format: str) -> str:
    """The text that Excel shows for a number; never in exponent form.

    >>> shown(Decimal("0.94"), "0%"), shown(Decimal("1234.5"), "#,##0.00"), shown(Decimal("5"), '0"人"')
    ('94%', '1,234.50', '5人')
    """
    if not value.is_finite():
        return str(value)
    section, signed = _section(value, number_format)
    if section in ("", "General", "@", "G/通用格式", "general") or _CONDITION.match(section[:2]):
        return plain(value)
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        text = match[1] if match[1] is not None else match[2] or ""
        if match.group().startswith("[$"):
            text = match.group()[2:-1].split("-")[0]
        literals.append(text)
        return chr(0xE000 + len(literals) - 1)

    bare = _LITERAL.sub(keep, section)
    found = _NUMBER.search(bare)
    if found is None or re.search(r"[ymdhs]|E[+-]", bare, re.IGNORECASE):
        if found is None and bare and not re.search(r"[A-Za-z]", bare):
            return _literal(bare, literals)
        return plain(value)
    magnitude = abs(value) * (100 if "%" in bare else 1)
    pattern = found.group()
    while pattern.endswith(","):
        pattern, magnitude = pattern[:-1], magnitude / 1000
    text = _figure(magnitude, pattern)
    negative = value < 0 and not signed and any(c in "123456789" for c in text)
    head, tail = bare[: found.start()], bare[found.end() :]
    return ("-" if negative else "") + _literal(head, literals) + text + _literal(tail, literals)


def _section(value: Decimal, number_format: str) -> tuple[str, bool]:
    """The part of the format for this sign, and whether it brings its own sign."""
    parts, current, quoted = [], "", False
    for char in number_format:
        if char == '"':
            quoted = not quoted
        if char == ";" and not quoted:
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    if value < 0 and len(parts) > 1:
        return parts[1], True
    if value == 0 and len(parts) > 2:
        return parts[2], True
    return parts[0], False


def _figure(value: Decimal, pattern: str) -> str:
    whole, _, decimals = pattern.partition(".")
    places, least = len(decimals), decimals.count("0")
    number = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{number:,f}" if "," in whole else f"{number:f}"
    if places > least:
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    needed = whole.replace(",", "").count("0")
    head, dot, tail = text.partition(".")
    if needed == 0 and head == "0" and tail:
        head = ""
    return head.rjust(needed, "0") + dot + tail


def _literal(text: str, literals: list[str]) -> str:
    return "".join(literals[ord(c) - 0xE000] if 0xE000 <= ord(c) < 0xE000 + len(literals) else c for c in text)


def plain(value: Decimal) -> str:
    """A number as Excel's general format shows it: no exponent, no trailing zeros, ten digits.

    >>> plain(Decimal("641.780")), plain(Decimal("0.1") + Decimal("1E-12"))
    ('641.78', '0.1')
    """
    if value == value.to_integral_value():
        return f"{value.quantize(Decimal(1)):f}"
    places = max(0, 10 - max(value.adjusted() + 1, 1))
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") if places else f"{rounded:f}"
