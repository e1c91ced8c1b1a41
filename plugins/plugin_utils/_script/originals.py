# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pywinrm raised while Ansible's connection plugin winrm makes text of it: the original has the code.

The plugin collects texts in a loop and raises a new error after it, which has neither a cause nor a context.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

_THROUGH = (
    ("winrm.transport", "Transport", "__init__"),
    ("winrm.protocol", "Protocol", "open_shell"),
    ("winrm.protocol", "Protocol", "send_message"),
)
"""The methods of pywinrm through which everything goes that the plugin asks for. The plugin has imported them, if they are there;
it inspects the signature of the protocol's own ``__init__``, which so has to stay what it is.
"""


@contextmanager
def noted() -> Iterator[list[Exception]]:
    """Note what pywinrm raises inside, in the order in which it does. Only one thread of a process may use it at a time."""
    errors: list[Exception] = []
    with ExitStack() as restored:
        for module, kind, method in _THROUGH:
            owner = getattr(sys.modules.get(module), kind, None)
            if owner is not None:
                original = getattr(owner, method)
                setattr(owner, method, _noting(original, errors))
                restored.callback(setattr, owner, method, original)
        yield errors


def _noting(method: Callable[..., Any], errors: list[Exception]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except Exception as error:
            if error not in errors:
                errors.append(error)
            raise

    return call
