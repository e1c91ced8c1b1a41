# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an Edge Server can do without TLS 1.0 and 1.1, as far as its build tells.

Source: learn.microsoft.com, "Disable TLS 1.0/1.1 in Skype for Business Server 2015" (supported: Skype for Business Server 2019;
2015 from cumulative update 6 hotfix 2 on; of Lync Server 2013 the Edge role alone; Lync Server 2010 is out of scope). A partner
that has switched off the older versions is only reached with TLS 1.2. Whether Windows has it switched on is in its registry
(Schannel), which no cmdlet of the product shows.
"""

from __future__ import annotations

import re

from .rows import Row, bad, good, not_checked

CHECK = "TLS 1.2"
_BUILD = re.compile(r"\d+(?:\.\d+){3}")
_FIRST_2015 = (6, 0, 9319, 516)
_SCHANNEL = "whether Windows has it switched on is not read"


def tls_version(build: str | None) -> Row:
    """
    :param build: the product version that the Edge Server's replica reports.
    """
    if not build or not _BUILD.fullmatch(build):
        return not_checked(CHECK, build or "-", "its replica reports no product version")
    number = tuple(int(part) for part in build.split("."))
    if number[0] >= 7:
        return good(CHECK, build, f"this product works with TLS 1.2 alone; {_SCHANNEL}")
    if number[0] == 6:
        if number >= _FIRST_2015:
            return good(CHECK, build, f"this build works with TLS 1.2 alone; {_SCHANNEL}")
        first = ".".join(map(str, _FIRST_2015))
        return bad(CHECK, build, f"Skype for Business Server 2015 works with TLS 1.2 alone from build {first} on")
    if number[0] == 5:
        return not_checked(CHECK, build, f"the Edge role of Lync Server 2013 works with TLS 1.2 alone; {_SCHANNEL}")
    return bad(CHECK, build, "Microsoft does not support this product with TLS 1.2 alone")
