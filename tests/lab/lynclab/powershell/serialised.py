# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CLIXML as it leaves a process: what ``PSSerializer`` returns, and what powershell.exe writes to standard error.

Facts, from the engine: ``PSSerializer.Serialize`` writes the text of the PSRP messages (its default depth is that of
remoting) with an ``Objs`` root and indented by two spaces; an element with text stays on its line.
"""

from __future__ import annotations

import re

from lynclab.powershell.clixml import encode_text

ROOT = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_PART = re.compile(r"<[^>]*>|[^<]+")


def document(clixml: str, newline: str) -> str:
    """One serialised value (its text, ``<Nil />`` for null) as ``PSSerializer.Serialize`` returns it."""
    lines = [ROOT]
    depth = 1
    parts = _PART.findall(clixml)
    position = 0
    while position < len(parts):
        part = parts[position]
        position += 1
        if part.startswith("</"):
            depth -= 1
            lines.append("  " * depth + part)
            continue
        line = "  " * depth + part
        if part.endswith("/>"):
            lines.append(line)
            continue
        rest = parts[position : position + 2]
        if rest and not rest[0].startswith("<"):
            lines.append(line + rest[0] + rest[1])
            position += 2
        elif rest and rest[0].startswith("</"):
            lines.append(line + rest[0])
            position += 1
        else:
            lines.append(line)
            depth += 1
    return newline.join([*lines, "</Objs>"])


def error_stream(text: str) -> str:
    """Text on the standard error of a powershell.exe that was given ``-EncodedCommand``."""
    return f'#< CLIXML\r\n{ROOT}<S S="Error">{_escaped(text)}_x000D__x000A_</S></Objs>'


def _escaped(text: str) -> str:
    return encode_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
