"""Words as underthesea sees them: a stretch of text in, the offsets of its words out.

The only module that imports underthesea. Its rules for tokens and its model are used as they are; the tags
are computed by `word_tagger`, in a tenth of the time. That needs files of the package that are not part of
its interface, so: the version is pinned, some answers are compared once per process with the library's, and
where anything differs or a text is unusual, the library itself is asked.
"""

from __future__ import annotations

import pickle
import re
import unicodedata
from functools import cache
from importlib import metadata
from pathlib import Path

from extract.crf_model import read_two_label_model
from extract.word_tagger import WordTagger

# The release whose files and rules are known here.
KNOWN_VERSIONS = {"underthesea": "9.5.0", "underthesea_core": "3.3.2"}
_MODEL = "ws_crf_vlsp2013_20230727"
_TABLES = ("features.bin", "dictionary.bin")
# Tokens that the library's rules, fourteen of them tried in order, can only cut in one way: syllables,
# numbers and marks before a blank or a mark that joins nothing. `Th.S` of its abbreviations, with any
# character for the dot, is left to it, and so is a full stop behind a capital.
_PLAIN_TOKEN = re.compile(
    r"(?!Th.[Ss])[^\W\d_]++(?=[\s,;)”]|$)|[^\W\d_A-ZĐ][^\W\d_]*+(?=\.(?:\s|$))"
    r"|[0-9]++(?:[.,][0-9]++)?(?=[\s;)%]|,\s|$)|[,;()\"“”%]|\.(?=\s|$)|(?P<other>\S)"
)
# Letters, digits and marks that Python and the library's own code fold alike; others are left to it.
_USUAL = re.compile(
    "[\t\n -~\u00a0-\u00cf\u00d1-\u00ef\u00f1-\u019a\u019c-\u024f\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*+"
)
# What the library answers to some texts: names, numbers, abbreviations, marks, odd spacing.
CHECKED = {
    "Đến hết năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng; tỷ lệ hồ sơ trực tuyến đạt 75,6%.": (
        "Đến|hết|năm|2023|,|Lạng Sơn|có|1.676 tổ|công nghệ|số|cộng đồng|;|tỷ lệ|hồ sơ|trực tuyến|đạt|75,6|%|."
    ),
    "Theo ông Nguyễn Văn A, TP.HCM thu hút 5-7 tỷ USD (tăng 12,5% so với cùng kỳ năm trước).": (
        "Theo|ông|Nguyễn Văn A|,|TP.HCM|thu hút|5-7|tỷ|USD|(|tăng|12,5|%|so|với|cùng|kỳ|năm|trước|)|."
    ),
    "PGS.TS. Trần Thị B: 'GDP quý I/2024 của TP. Hà Nội ước tăng 5,5%', theo tổng cục thống kê...": (
        "PGS.TS.|Trần Thị B|:|'|GDP|quý|I|/|2024|của|TP.|Hà Nội|ước|tăng|5,5|%|'|,|theo|tổng cục|thống kê|..."
    ),
    "Ngày 30/4, 4G/5G phủ sóng 100% xã; giá cà phê Đắk Lắk ở mức 120.000đồng/kg - cao nhất 10 năm qua!": (
        "Ngày|30/4|,|4G|/|5G|phủ sóng|100|%|xã|;|giá|cà phê|Đắk Lắk|ở|mức|120.000|đồng|/|kg|-|cao|nhất|10|năm"
        "|qua|!"
    ),
    "ThS Lê C. nói: H'Mông, Ê-đê và A-lưới... https://abc.vn/x?y=1 hoặc abc@xyz.vn": (
        "ThS|Lê C.|nói|:|H'Mông|,|Ê-đê|và|A-lưới|...|https://abc.vn/x?y=1|hoặc|abc@xyz.vn"
    ),
    "12": "12",
    "Hà Nội": "Hà Nội",
    "BOS EOS": "BOS|EOS",
    "  hai  khoảng  trắng\tvà\u00a0thẻ ": "hai|khoảng|trắng|và|thẻ",
}


# A word by its offsets, and whether it is of several pieces.
Word = tuple[int, int, bool]


class _Quick:
    """The library's tokens and its model with our tagger. Raises where its files are not as known."""

    def __init__(self) -> None:
        from underthesea.pipeline.word_tokenize import regex_tokenize

        for package, version in KNOWN_VERSIONS.items():
            if metadata.version(package) != version:
                raise ValueError(f"{package} is not {version}")
        folder = Path(regex_tokenize.__file__).parent / "models" / _MODEL
        model = read_two_label_model((folder / "models.bin").read_bytes())
        # The library's own files, which it would read itself by way of joblib, in five times the time.
        features, words = (pickle.loads((folder / name).read_bytes()) for name in _TABLES)
        self._tagger = WordTagger(model, features, words)
        self._rules: re.Pattern[str] = regex_tokenize.patterns

    def words(self, text: str) -> list[Word] | None:
        """Gives the words of a text, or None where the library must be asked."""
        if not _USUAL.fullmatch(text) or not unicodedata.is_normalized("NFC", text):
            return None
        tokens = self._tokens(text)
        texts = [text[start:end] for start, end in tokens]
        tags = self._tagger.goes_on(texts)
        if tags is None or len("".join(texts).split()) > 1:
            # A token with white space in it counts as two.
            return None
        # The first token begins a word whatever its tag says.
        begins = [number for number, goes_on in enumerate(tags) if not (goes_on and number)]
        return [
            (tokens[first][0], tokens[behind - 1][1], behind - first > 1)
            for first, behind in zip(begins, [*begins[1:], len(tokens)], strict=False)
        ]

    def _tokens(self, text: str) -> list[tuple[int, int]]:
        """Gives the tokens as the library's rules cut them, which are tried only where they are needed."""
        tokens: list[tuple[int, int]] = []
        position = 0
        while True:
            for match in _PLAIN_TOKEN.finditer(text, position):
                if match.lastindex is not None:
                    ruled = self._rules.match(text, match.start())
                    if ruled is not None:
                        tokens.append(ruled.span())
                    position = (ruled or match).end()
                    break
                tokens.append(match.span())
            else:
                return tokens


class WordSegmenter:
    """Gives words, quickly where that is known to be the same as slowly."""

    def __init__(self) -> None:
        self._quick = _checked_quick()

    @property
    def is_quick(self) -> bool:
        """Says whether our tagger is in use."""
        return self._quick is not None

    def words(self, text: str) -> list[Word] | None:
        """Gives the words of a text, or None where the library's answer cannot be aligned with it."""
        found = self._quick.words(text) if self._quick is not None else None
        return library_words(text) if found is None else found


@cache
def load_segmenter() -> WordSegmenter:
    """Gives the segmenter of this process; it loads the model once."""
    return WordSegmenter()


def library_words(text: str) -> list[Word] | None:
    """Gives the words as the library does; None where they cannot be aligned with the text."""
    from underthesea import word_tokenize

    words: list[Word] = []
    position = 0
    for word in word_tokenize(text, use_token_normalize=False):
        pieces = word.split()
        begin: int | None = None
        stop = position
        for part in pieces:
            found = _find_next(text, part, stop)
            if found is None:
                return None
            begin = found if begin is None else begin
            stop = found + len(part)
        if begin is not None:
            words.append((begin, stop, len(pieces) > 1))
            position = stop
    return words


def _checked_quick() -> _Quick | None:
    """Gives the quick way when it answers as the library did, else None."""
    try:
        quick = _Quick()
        same = all(_shown(text, quick.words(text)) == words for text, words in CHECKED.items())
    except Exception:
        # Whatever is wrong with private files, the library itself still works.
        return None
    return quick if same else None


def _shown(text: str, words: list[Word] | None) -> str:
    return "|".join(" ".join(text[start:end].split()) for start, end, _ in words or ())


def _find_next(text: str, part: str, position: int) -> int | None:
    while position < len(text) and text[position].isspace():
        position += 1
    if text.startswith(part, position):
        return position
    # The segmenter writes eth as the Vietnamese letter.
    return (
        position if text[position : position + len(part)].translate({0xF0: "đ", 0xD0: "Đ"}) == part else None
    )
