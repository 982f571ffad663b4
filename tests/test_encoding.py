"""Bytes -> text: which encodings are read, what is told of them, and what looks like mojibake."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from documents import read_inputs

from extract.encoding import decode, decode_text
from extract.models import Document, FailedDocument
from extract.mojibake import mojibake_warnings

TEXT = "Đến nay, toàn tỉnh Bình Thuận có 4.285 trạm BTS, tỷ lệ hộ nghèo giảm còn 5,2%; cả xã được hưởng."
TONES = "\u0300\u0301\u0309\u0303\u0323"


def in_1258(text: str) -> bytes:
    """Writes a text as windows-1258 has it: vowels whole, tones behind them."""
    content = b""
    for character in text:
        try:
            content += character.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", character)
            vowel = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
            content += (vowel + "".join(part for part in parts if part in TONES)).encode("cp1258")
    return content


@pytest.mark.parametrize("text", [TEXT, TEXT * 200, "Xã có 5 trạm.", "Số\n"])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_unicode_with_and_without_mark(text: str, codec: str, name: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, name, ())


@pytest.mark.parametrize("text", [TEXT, TEXT * 200, "Xã có 5 trạm."])
def test_windows_1258_gives_composed_letters(text: str) -> None:
    decoded = decode(in_1258(text))
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, "windows-1258", ())


def test_plain_letters_in_utf16_are_no_utf8_with_nul_bytes() -> None:
    assert decode("Ha Noi co 5 tram BTS".encode("utf-16-le")).encoding == "utf-16-le"


def test_what_nothing_fits_is_read_in_the_stated_fallback() -> None:
    decoded = decode("ViÖt Nam ®Õn n¨m 2020 cã 5 tr¹m, c¸c tØnh".encode("cp1252"))
    assert (decoded.text[:4], decoded.encoding) == ("ViÖt", "windows-1252")
    assert decoded.warnings == ("no encoding fits: read as windows-1252",)


@pytest.mark.parametrize("damage", [b"\xff", b"\xe1\xba", b"\xe1 tr\xb9m"])
def test_damaged_utf8_is_refused_and_not_read_as_something_else(damage: bytes) -> None:
    with pytest.raises(ValueError, match=f"not UTF-8: byte {damage[0]:#04x} at offset {len(TEXT.encode())}"):
        decode(TEXT.encode() + damage + b" ")


@pytest.mark.parametrize("content", [b"abc\0def\0", b"\x89PNG\r\n\0\0\0\rIHDR\xff\0\0\1" * 9, b"\0" * 50])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a text: NUL byte at offset|not UTF-8: byte"):
        decode(content)


def test_a_declared_encoding_counts_where_it_is_no_utf8() -> None:
    assert decode("größer".encode("latin-1"), "iso-8859-1").text == "größer"
    assert decode(TEXT.encode(), "iso-8859-1").text == TEXT
    assert decode("größer".encode("latin-1"), "no-such-thing").encoding == "windows-1252"


def test_leniently_single_bytes_are_replaced_and_told() -> None:
    decoded = decode(TEXT.encode() + b"\xff", lenient=True)
    assert (decoded.text, decoded.warnings) == (
        TEXT + "\ufffd",
        ("bytes that are no UTF-8 were read as U+FFFD",),
    )
    assert decode((TEXT + "\ufffd").encode(), lenient=True).warnings == ()


def test_metadata_and_gold_stay_utf8() -> None:
    with pytest.raises(ValueError, match="not UTF-8: byte 0xff at offset 0"):
        decode_text(TEXT.encode("utf-16"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (TEXT.encode().decode("latin-1"), "UTF-8 that was read as Latin-1"),
        (TEXT.encode().decode("cp1252", "replace"), "UTF-8 that was read as Latin-1"),
        (in_1258(TEXT).decode("cp1252"), "windows-1258 that was read as Latin-1"),
        ("§Õn n¨m 2020, c¸c tØnh ®· cã 5 tr¹m BTS, tû lÖ hé nghÌo gi¶m cßn 5%", "TCVN3 font"),
        ("Ñeán naêm 2020, caùc tænh ñaõ coù 5 traïm BTS, tyû leä hoä ngheøo giaûm coøn 5%", "VNI font"),
        (TEXT.replace("ỉ", "\ufffd"), "characters were lost before"),
    ],
)
def test_mojibake_is_told_and_never_repaired(tmp_path: Path, text: str, hint: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (document,) = read_inputs([tmp_path])
    assert isinstance(document, Document)
    assert document.text == unicodedata.normalize("NFC", text)
    assert document.encoding == "utf-8"
    assert any(hint in warning for warning in document.warnings)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "",
        "Báo cáo của UNESCO về cà phê, xoài, chuối: giá 5 €/kg, tăng 10 °C · © ® 2024",
        "Müller, Gómez và Ibáñez của São Paulo gặp Håkan tại Málaga, Köln và Zürich trong năm nay ở Việt Nam",
        "Windows® 11 giá 5 triệu đồng, µm và ¾ cốc; « xá lợi » và “thoả thuận”",
        "Quý khách uống rượu, nghe nhạc, giòn, huơ, khuỷu, ngoằn ngoèo, thuở, quạu, khoẻ",
    ],
)
def test_sound_text_gives_no_hint(text: str) -> None:
    assert mojibake_warnings(unicodedata.normalize("NFC", text)) == ()


def test_no_seed_gives_a_hint(repository: Path) -> None:
    for document in read_inputs([repository / "seeds"]):
        assert isinstance(document, Document)
        assert (document.warnings, document.encoding) == ((), "utf-8")


def test_a_file_in_utf16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-16")
    (tmp_path / "b.txt").write_bytes(TEXT.encode() + b"\xff")
    read, failed = read_inputs([tmp_path])
    assert isinstance(read, Document)
    assert (read.text, read.encoding) == (TEXT, "utf-16")
    assert isinstance(failed, FailedDocument)
