# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as one page of HTML: no script, nothing from elsewhere, fit to be printed. Whatever a server named is escaped."""

from __future__ import annotations

from .._core.failures import Refused
from .plan_view import View

try:
    import jinja2
except ImportError:  # the controller has it; what checks the imports of modules may not
    jinja2 = None  # type: ignore[assignment]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ view.title }}{{ ": " ~ view.mark if view.mark }}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 70em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.1em; margin: 1.8em 0 .4em; border-bottom: 1px solid #bbb; }
p { margin: .3em 0; }
.mark { font-weight: bold; font-size: 1.3em; border: 3px solid #a4262c; color: #a4262c; padding: .3em .6em; display: inline-block; }
table { border-collapse: collapse; margin: .5em 0; } th, td { border: 1px solid #ccc; padding: .25em .6em; text-align: left;
vertical-align: top; overflow-wrap: break-word; max-width: 44em; } th { background: #f2f2f2; }
pre { background: #f6f6f6; border: 1px solid #ddd; padding: .7em; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; } tr, pre { break-inside: avoid; } }
</style>
</head>
<body>
{% if view.mark %}<p class="mark">{{ view.mark }}</p>{% endif %}
<h1>{{ view.title }}</h1>
<table>
{% for name, value in view.facts %}<tr><th>{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}</table>
{% for section in view.sections %}
<h2>{{ section.heading }}</h2>
{% for sentence in section.sentences %}<p>{{ sentence }}</p>
{% endfor %}{% if section.code %}<pre>{{ section.code | join("\n") }}</pre>
{% endif %}{% if section.table %}<table>
<tr>{% for head in section.table.heads %}<th>{{ head }}</th>{% endfor %}</tr>
{% for row in section.table.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>
{% endif %}{% endfor %}</body>
</html>
"""


def as_page(view: View) -> str:
    """
    :raises Refused: where Jinja2 is missing, which comes with Ansible.
    """
    if jinja2 is None:
        raise Refused("The page of the plan needs Jinja2, which comes with Ansible.")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(_PAGE).render(view=view)
