"""Facts in spaCy: the tokenizer, the component, and Docs that are kept, sent and loaded."""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

import extract
from extract.segment import segment
from extract.words import segment_words

ROOT = Path(__file__).parent.parent
SEEDS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
TEXT = "Năm 2023, huyện Ba Tri (Bến Tre)  có 1.676 tổ công nghệ số cộng đồng.\n\nGiá lúa đạt 7.500 đồng/kg."
PIECES = [*"aâđ 12.,%\n\r\t\0-/()", "\u0301", "\u200b", "\ufeff", "Hà Nội", "tỷ đồng", "📈"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.fixture(scope="module")
def nlp() -> Language:
    """A blank pipeline with the component."""
    pipeline = extract.spacy_blank()
    pipeline.add_pipe("vn_facts")
    return pipeline


# -- tokens ----------------------------------------------------------------------------------------


def test_tokens_are_words(nlp: Language) -> None:
    doc = nlp.make_doc("Đến năm 2023, Lạng Sơn có  1.676 tổ công nghệ số; đạt 75,6%.")
    assert [token.text for token in doc] == [
        "Đến", "năm", "2023", ",", "Lạng Sơn", "có", " ", "1.676", "tổ", "công nghệ", "số", ";", "đạt",
        "75,6", "%", ".",
    ]  # fmt: skip


@pytest.mark.parametrize("text", SEEDS, ids=range(len(SEEDS)))
def test_tokens_of_articles_are_the_words_that_facts_are_read_with(nlp: Language, text: str) -> None:
    doc = nlp.make_doc(text)
    assert doc.text == text
    starts = {token.idx: token.idx + len(token) for token in doc}
    for sentence in segment(text):
        for word in segment_words(text, sentence.span):
            assert starts[word.start] == word.end


@settings(max_examples=300)
@given(TEXTS)
def test_no_character_is_lost(nlp: Language, text: str) -> None:
    assert nlp.make_doc(text).text == text


def test_an_empty_text_is_a_doc_without_tokens(nlp: Language) -> None:
    doc = nlp("")
    assert (len(doc), doc._.facts, list(doc.spans["facts"])) == (0, [], [])


# -- facts -----------------------------------------------------------------------------------------


def test_facts_and_spans_of_a_doc(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert doc._.facts == extract.extract(TEXT)
    assert [(fact.metric_id, fact.value) for fact in doc._.facts] == [
        ("community_digital_teams", 1676.0),
        (None, 7500.0),
    ]
    facts = doc.spans["facts"]
    assert [(span.label_, span._.fact) for span in facts] == [
        ("community_digital_teams", doc._.facts[0]),
        ("VND/kg", doc._.facts[1]),
    ]
    assert [span.text for span in facts] == [TEXT[fact.char_start : fact.char_end] for fact in doc._.facts]
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans["places"]] == [
        ("huyện Ba Tri", "district", "83"),
        ("Bến Tre", "province", "83"),
    ]
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans["periods"]] == [
        ("Năm 2023", "year", "2023-01-01/2023-12-31")
    ]
    assert doc.spans["places"][0]._.fact is None


@pytest.mark.parametrize("text", SEEDS, ids=range(len(SEEDS)))
def test_articles_have_the_facts_that_the_library_gives(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc._.facts == extract.extract(text)
    assert len(doc.spans["facts"]) == len(doc._.facts) > 0
    for span, fact in zip(doc.spans["facts"], doc._.facts, strict=True):
        assert span.start_char <= fact.char_start < fact.char_end <= span.end_char


def test_offsets_are_those_of_the_text_as_it_is_given(nlp: Language) -> None:
    given_text = "\ufeff" + unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n")
    doc, plain = nlp(given_text), extract.extract(TEXT)
    assert doc.text == given_text
    assert [fact.fact_id for fact in doc._.facts] == [fact.fact_id for fact in plain]
    for fact, expected in zip(doc._.facts, plain, strict=True):
        quoted = fact.sentence[fact.char_start - fact.sentence_start : fact.char_end - fact.sentence_start]
        assert quoted == given_text[fact.char_start : fact.char_end]
        assert unicodedata.normalize("NFC", quoted) == TEXT[expected.char_start : expected.char_end]
        assert unicodedata.normalize("NFC", fact.sentence) == expected.sentence
    assert [unicodedata.normalize("NFC", span.text) for span in doc.spans["places"]] == [
        "huyện Ba Tri",
        "Bến Tre",
    ]


@settings(max_examples=30)
@given(TEXTS)
def test_no_text_stops_a_pipeline(nlp: Language, text: str) -> None:
    doc = nlp(text)
    for span, fact in zip(doc.spans["facts"], doc._.facts, strict=True):
        assert span.start_char <= fact.char_start <= fact.char_end <= span.end_char


def test_other_tokenizers_do_too() -> None:
    pipeline = spacy.blank("xx")
    pipeline.add_pipe("vn_facts")
    doc = pipeline(TEXT)
    assert doc._.facts == extract.extract(TEXT)
    assert doc.spans["facts"][1].text == "7.500 đồng/kg"


# -- what is stated of a Doc -----------------------------------------------------------------------


def test_date_and_province_of_a_doc(nlp: Language) -> None:
    doc = nlp.make_doc("Tỉnh có 4.285 trạm BTS.")
    doc._.published = dt.date(2025, 8, 1)
    doc._.province = "Bình Thuận"
    (fact,) = nlp(doc)._.facts
    assert (fact.province_code, fact.period_start) == ("68", dt.date(2025, 8, 1))
    doc = nlp.make_doc("Tỉnh có 4.285 trạm BTS.")
    doc._.url = "https://baogialai.com.vn/a.html"
    assert [fact.province_name for fact in nlp(doc)._.facts] == ["Gia Lai"]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [(dt.date(2024, 5, 1), "2024-05-01"), ("1/5/2024", "2024-05-01"), ("5/2024", "2024-05"), ("2024", "2024"),
     (None, None)],
)  # fmt: skip
def test_a_date_is_kept_as_it_can_be_stored(nlp: Language, stated: dt.date | str | None, kept: str) -> None:
    doc = nlp.make_doc(TEXT)
    doc._.published = stated
    assert (doc._.published, doc.user_data["published"]) == (kept, kept)


def test_what_is_no_date_or_province_is_refused(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT)
    with pytest.raises(extract.ArgumentError, match="published: 'mai' is no date"):
        doc._.published = "mai"
    doc._.province = "Bến Che"
    with pytest.raises(
        extract.ArgumentError, match=r"province: no province is called 'Bến Che' \(similar: Bến"
    ):
        nlp(doc)


def test_the_configuration_holds_for_docs_that_state_nothing() -> None:
    pipeline = extract.spacy_blank()
    config = {"published": "2024-05", "province": "Bến Tre", "facts_key": "sc", "places_key": None}
    pipeline.add_pipe("vn_facts", config={**config, "periods_key": None})
    doc = pipeline("Tỉnh có 12 chợ.")
    (fact,) = doc._.facts
    assert (fact.period_start, fact.province_name) == (dt.date(2024, 5, 1), "Bến Tre")
    assert list(doc.spans) == ["sc"]
    stated = pipeline.make_doc("Tỉnh có 12 chợ.")
    stated._.province = "Cà Mau"
    assert pipeline(stated)._.facts[0].province_name == "Cà Mau"
    with pytest.raises(extract.ArgumentError, match="published: 'mai' is no date"):
        extract.spacy_blank().add_pipe("vn_facts", config={"published": "mai"})


def test_own_rules(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text(
        "units:\n  - id: vault\n    dimension: count\n    label_en: vault\n    forms: [vòm hầm]\n"
        '    examples: ["20 vòm hầm"]\n',
        encoding="utf-8",
    )
    pipeline = extract.spacy_blank()
    pipeline.add_pipe("vn_facts", config={"rules": str(tmp_path)})
    assert [fact.unit_id for fact in pipeline("Chợ có 20 vòm hầm.")._.facts] == ["vault"]


# -- pipes, bytes and disks ------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, 2])
def test_pipes_give_the_facts_of_single_texts(nlp: Language, processes: int) -> None:
    texts = [TEXT, SEEDS[0], ""]
    alone = [extract.extract(text) for text in texts]
    assert [doc._.facts for doc in nlp.pipe(texts, n_process=processes)] == alone
    pairs = list(nlp.pipe([(text, number) for number, text in enumerate(texts)], as_tuples=True))
    assert [(doc._.facts, number) for doc, number in pairs] == [(facts, i) for i, facts in enumerate(alone)]


def test_docs_with_dates_go_through_a_pipe(nlp: Language) -> None:
    def docs() -> list[Doc]:
        made = []
        for day in ("2024-05-01", "2025-08-01"):
            doc = nlp.make_doc("Tỉnh Bình Thuận có 12 chợ.")
            doc._.published = day
            made.append(doc)
        return made

    for processes in (1, 2):
        codes = [doc._.facts[0].province_code for doc in nlp.pipe(docs(), n_process=processes)]
        assert codes == ["60", "68"]


def same(doc: Doc, other: Doc) -> bool:
    """Asks whether two Docs hold the same, spans with their labels and ids too."""

    def seen(item: Doc) -> tuple[Any, ...]:
        groups = {
            key: [(s.start, s.end, s.label_, s.kb_id_, s.id_, s._.fact) for s in spans]
            for key, spans in item.spans.items()
        }
        return item._.facts, groups

    return (doc.text, doc._.published, seen(doc)) == (other.text, other._.published, seen(other))


def test_facts_go_with_bytes_and_doc_bins(nlp: Language) -> None:
    made = nlp.make_doc(TEXT)
    made._.published = "2024-05-01"
    doc = nlp(made)
    assert same(Doc(Vocab()).from_bytes(doc.to_bytes()), doc)
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (loaded,) = DocBin().from_bytes(stored).get_docs(Vocab())
    assert same(loaded, doc)
    assert same(pickle.loads(pickle.dumps(doc)), doc)


def test_a_pipeline_goes_to_disk_and_other_processes(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    assert same(spacy.load(tmp_path / "model")(TEXT), nlp(TEXT))
    assert same(pickle.loads(pickle.dumps(nlp))(TEXT), nlp(TEXT))
    assert same(spacy.blank("vi", config=nlp.config).from_bytes(nlp.to_bytes())(TEXT), nlp(TEXT))
    # A process that never names this package finds tokenizer and component by their names.
    code = (
        "import spacy, sys; nlp = spacy.load(sys.argv[1]); doc = nlp(sys.argv[2]); "
        "print(len(doc._.facts), [s.label_ for s in doc.spans['facts']], doc[3].text)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "model"), TEXT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 ['community_digital_teams', 'VND/kg'] huyện"


def test_what_the_component_assigns_is_known(nlp: Language) -> None:
    assert nlp.get_pipe_meta("vn_facts").assigns == ["doc._.facts", "doc.spans"]
    analysis = nlp.analyze_pipes() or {}
    assert analysis["problems"] == {"vn_facts": []}


def test_attributes_of_others_stay_as_they_are(nlp: Language) -> None:
    kept = Doc.remove_extension("published")
    Doc.set_extension("published", default=None)
    try:
        extract.spacy_blank()
        assert Doc.get_extension("published") == (None, None, None, None)
        doc = nlp.make_doc("Tỉnh Bình Thuận có 12 chợ.")
        doc._.published = dt.date(2025, 8, 1)
        assert [fact.province_code for fact in nlp(doc)._.facts] == ["68"]
    finally:
        Doc.remove_extension("published")
        _, _, getter, setter = kept
        Doc.set_extension("published", getter=getter, setter=setter)
    assert Span.has_extension("fact")


def test_facts_may_be_set(nlp: Language) -> None:
    doc = nlp(TEXT)
    doc._.facts = [fact for fact in doc._.facts if fact.metric_id]
    assert [fact.metric_id for fact in doc._.facts] == ["community_digital_teams"]
