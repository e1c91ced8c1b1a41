# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML that a server sent, read within bounds: no document type and so no entity of its own, not too deep, not too much."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.parsers import expat

DEEPEST = 100
"""Elements within elements. A record has about ten; PowerShell's own reader ends at 50 objects (DeserializationContext)."""

ELEMENT_BYTES = 400
ATTRIBUTE_BYTES = 100
"""What an element, and each attribute beyond the first, costs in memory beside its texts (measured: CPython 3.11)."""

MEGABYTE = 2**20


class Unreadable(Exception):
    """What a server answered is not taken. The text says what is wrong with it, as the end of a sentence: "its XML breaks"."""


class TooLarge(Unreadable):
    """A server sent more than one answer may hold."""


class NotSoap(Unreadable):
    """A server answered with something else than a SOAP envelope."""


class Allowance:
    """The memory that something may occupy.

    :param most: bytes.
    :param refusal: what is wrong with more, as the end of a sentence.
    """

    def __init__(self, most: int, refusal: str) -> None:
        self.most = most
        self.refusal = refusal
        self.taken = 0

    def take(self, size: int) -> None:
        """:raises TooLarge: when no so many bytes are left."""
        self.taken += size
        if self.taken > self.most:
            raise TooLarge(self.refusal)


def read_xml(data: bytes | str, allowance: Allowance) -> ET.Element:
    """A document as elements without namespaces.

    :param allowance: the document's own: what it takes is free again when the elements are.
    :raises Unreadable: for a document that is not well-formed, or goes beyond the bounds.
    """
    return _Document(allowance).read(data)


class _Document:
    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._tree = ET.TreeBuilder()
        self._depth = 0
        self._ascii_run = 0
        """Characters of the text that is being read, as long as each takes one byte."""
        self._wide = False

    def read(self, data: bytes | str) -> ET.Element:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(data, True)
            return self._tree.close()
        except expat.ExpatError as error:
            raise Unreadable(f"its XML breaks in line {error.lineno}, column {error.offset + 1}") from error
        except (ValueError, LookupError) as error:
            raise Unreadable("its XML has an encoding that cannot be read") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable(f"its XML has more than {DEEPEST} levels")
        texts = sum(_size(key) + _size(value) for key, value in attributes.items())
        self._allowance.take(ELEMENT_BYTES + ATTRIBUTE_BYTES * max(0, len(attributes) - 1) + texts)
        self._ascii_run, self._wide = 0, False
        self._tree.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._ascii_run, self._wide = 0, False
        self._tree.end(_local(name))

    def _text(self, text: str) -> None:
        if self._wide or not text.isascii():  # one wide character makes all of a text wide
            self._allowance.take(4 * len(text) + (0 if self._wide else 3 * self._ascii_run))
            self._wide = True
        else:
            self._allowance.take(len(text))
            self._ascii_run += len(text)
        self._tree.data(text)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _size(text: str) -> int:
    return len(text) if text.isascii() else 4 * len(text)


def _refuse_document_type(*_declaration: object) -> None:
    raise Unreadable("its XML declares a document type")
