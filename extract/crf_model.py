"""The weights of a CRFsuite model of two labels: the file in, one number for each feature out.

A tag is chosen between two, so that only the difference of their weights counts. The layout is that of
CRFsuite 0.12 (`lCRF`): a header, then features, labels and the names of attributes, each in a chunk.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Magic, size, kind, version, counts (features, labels, attributes) and five offsets of chunks.
_HEADER = struct.Struct("<4sI4sIIIIIIIII")
_CHUNK = struct.Struct("<4sII")
# A table of names: identifier, size, flag, byte order, how many names, and where their offsets stand.
_NAMES = struct.Struct("<4sIIIII")
_FEATURE = struct.Struct("<IIId")
_RECORD = struct.Struct("<II")
_STATE, _TRANSITION = 0, 1


@dataclass(frozen=True, slots=True)
class TwoLabelModel:
    """What a model says for its second label and against its first.

    `leanings` has one number for each attribute; `transitions[a][b]` is the weight of label b behind a.
    """

    labels: tuple[str, str]
    leanings: dict[str, float]
    transitions: tuple[tuple[float, float], tuple[float, float]]


def read_two_label_model(content: bytes) -> TwoLabelModel:
    """Reads the content of a model file. Raises ValueError where it is not such a model of two labels."""
    try:
        magic, _, kind, _, _, labels, attributes, *offsets = _HEADER.unpack_from(content)
        if magic != b"lCRF" or kind != b"FOMC" or labels != 2:
            raise ValueError("not a CRFsuite model of two labels")
        names = _read_names(content, offsets[1])
        attribute_names = _read_names(content, offsets[2])
        # How many features there are stands in their own chunk; the header leaves it out.
        chunk, _, features = _CHUNK.unpack_from(content, offsets[0])
        if chunk != b"FEAT" or len(attribute_names) != attributes:
            raise ValueError("the model's tables do not fit its header")
        start = offsets[0] + _CHUNK.size
        rows = _FEATURE.iter_unpack(content[start : start + features * _FEATURE.size])
        leanings = [0.0] * attributes
        moves = [[0.0, 0.0], [0.0, 0.0]]
        for feature, source, target, weight in rows:
            if feature == _STATE:
                leanings[source] += weight if target else -weight
            elif feature == _TRANSITION:
                moves[source][target] = weight
            else:
                raise ValueError(f"unknown kind of feature: {feature}")
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"not a readable CRFsuite model: {error}") from error
    return TwoLabelModel(
        (names[0], names[1]),
        dict(zip(attribute_names, leanings, strict=True)),
        ((moves[0][0], moves[0][1]), (moves[1][0], moves[1][1])),
    )


def _read_names(content: bytes, start: int) -> list[str]:
    """Reads a table of names, in the order of their numbers."""
    chunk, _, _, _, count, index = _NAMES.unpack_from(content, start)
    if chunk != b"CQDB":
        raise ValueError("the model has no table of names where it should")
    names: list[str] = []
    for (offset,) in struct.iter_unpack("<I", content[start + index : start + index + 4 * count]):
        number, size = _RECORD.unpack_from(content, start + offset)
        if number != len(names):
            raise ValueError("the model's names are not in order")
        # The size counts the zero byte that ends a name.
        first = start + offset + _RECORD.size
        names.append(content[first : first + size - 1].decode())
    return names
