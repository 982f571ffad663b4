"""`extract report`: what stands on the page of a run, and that no article can change what the page does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import extract_command
from report_pages import (
    ARTICLES,
    EVIL,
    copy_run,
    page_of,
    page_path,
    report_on,
    run_inputs,
    run_on,
    set_checks,
    set_sources,
    store_of,
    words_of,
)

from extract.extras import how_to_install
from extract.models import Span
from extract.page_assets import load_assets, safe_script
from extract.page_charts import legend_of, level_steps
from extract.page_text import MarkedFact, Piece, mark_paragraphs, mark_pieces
from extract.page_view import safe_url
from extract.table import describe_schema, load_facts

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run on the seeds."""
    return run_inputs(tmp_path_factory.mktemp("seeds"), ROOT / "seeds")


@pytest.fixture(scope="module")
def seeds_page(seeds: Path) -> Any:
    """Its page."""
    return page_of(seeds)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run on two small articles, which no test changes."""
    return run_on(tmp_path_factory.mktemp("two"))


@pytest.fixture
def copied(two: Path, tmp_path: Path) -> Path:
    """The same run, for a test to change."""
    return copy_run(two, tmp_path)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run on three kinds of files, each with both articles under ids of its own."""
    inputs = tmp_path_factory.mktemp("records") / "in"
    inputs.mkdir()
    for name in ("news.csv", "news.jsonl", "news.parquet"):
        write_records(inputs / name, name)
    return run_inputs(inputs.parent, inputs, "--text-column", "words")


def visible_text(element: Any) -> str:
    """Gives the article's own text in an element: without numbers of facts and what is read aloud."""
    if element.tag == "sup" or element.get("class") == "unseen":
        return ""
    return (element.text or "") + "".join(visible_text(child) + (child.tail or "") for child in element)


# -- facts on the page -----------------------------------------------------------------------------


def test_every_fact_of_the_seeds_stands_on_the_page_with_all_its_fields(seeds: Path, seeds_page: Any) -> None:
    rows = load_facts(seeds).to_pylist()
    shown = store_of(seeds_page)
    assert [row["number"] for row in shown] == list(range(1, len(rows) + 1))
    for row, cells in zip(rows, shown, strict=True):
        for name, _, _ in describe_schema():
            wanted = row[name]
            if isinstance(wanted, float):
                assert cells[name] == pytest.approx(wanted), name
            else:
                assert cells[name] == (wanted if wanted is None or isinstance(wanted, int) else str(wanted))


def test_the_counts_of_the_run_are_told(seeds: Path, seeds_page: Any) -> None:
    numbers = {
        words_of(item.find("dt")): words_of(item.find("dd"))
        for item in seeds_page.xpath("//dl[@class='numbers']/div")
    }
    rows = load_facts(seeds).to_pylist()
    assert numbers == {
        "articles": "5",
        "failed": "0",
        "empty": "0",
        "warnings": "0",
        "facts": str(len(rows)),
        "targets": str(sum(row["status"] == "target" for row in rows)),
        "repeated facts": str(sum(row["duplicate_of"] is not None for row in rows)),
        "facts in doubt": str(sum("mismatch" in (row["checks"] or "") for row in rows)),
    }
    # `1.483/1.542 DVCTT ... đạt 80,2%`.
    assert numbers["facts in doubt"] == "2"


def test_the_text_of_an_article_is_whole_and_its_facts_are_marked_where_they_stand(
    seeds: Path, seeds_page: Any
) -> None:
    rows = dict(enumerate(load_facts(seeds).to_pylist(), start=1))
    marks = 0
    for article in seeds_page.xpath("//article"):
        doc_id = words_of(article.xpath("p[@class='about']")[0]).split(" · ")[0]
        text = (ROOT / "seeds" / f"{doc_id}.txt").read_text(encoding="utf-8")
        position = 0
        for paragraph in article.xpath(".//div[@class='text']/p"):
            line = visible_text(paragraph)
            begin = text.index(line, position)
            assert not text[position:begin].strip(), "no word of the text is left out"
            position = begin + len(line)
            within = begin
            for part in [paragraph.text or "", *paragraph]:
                if isinstance(part, str):
                    within += len(part)
                    continue
                row = rows[int(part.get("data-fact"))]
                mark = visible_text(part)
                if mark:
                    assert (within, within + len(mark)) == (row["char_start"], row["char_end"])
                    marks += 1
                assert row["doc_id"] == doc_id
                within += len(mark) + len(part.tail or "")
        assert not text[position:].strip()
    assert marks == len({(row["doc_id"], row["char_start"]) for row in rows.values()})


def test_marks_lead_to_rows_and_rows_to_marks(seeds_page: Any) -> None:
    rows = store_of(seeds_page)
    links = {link.get("id"): link.get("href") for link in seeds_page.xpath("//article//a[@data-fact]")}
    assert links == {f"fact-{row['number']}": f"#row-{row['number']}" for row in rows}
    assert all(row["in_text"] == 1 for row in rows)


def test_no_two_elements_have_one_id_and_links_within_the_page_lead_somewhere(seeds_page: Any) -> None:
    ids = seeds_page.xpath("//@id")
    assert len(ids) == len(set(ids))
    rows = {f"row-{row['number']}" for row in store_of(seeds_page)}
    inside = {href[1:] for href in seeds_page.xpath("//a/@href") if href.startswith("#")}
    assert inside <= {*ids, *rows}


def test_what_a_mark_says_is_not_said_by_colour_alone(two: Path) -> None:
    tree = page_of(two)
    (target,) = tree.xpath("//a[contains(@class, 'target')]")
    assert "◇" in words_of(target)
    assert words_of(target.xpath("span[@class='unseen']")[0]).endswith("30 marketplace, target)")


# -- pieces of text --------------------------------------------------------------------------------


def fact(number: int, start: int, end: int) -> MarkedFact:
    """Makes a fact that stands at these offsets."""
    return MarkedFact(number, Span(start, end), "", is_target=False, is_doubtful=False)


def test_facts_that_overlap_are_one_mark() -> None:
    facts = [fact(1, 2, 5), fact(2, 2, 5), fact(3, 4, 7), fact(4, 7, 8)]
    pieces = list(mark_pieces("0123456789", facts))
    assert pieces == [
        Piece("01"),
        Piece("23456", tuple(facts[:3])),
        Piece(""),
        Piece("7", (facts[3],)),
        Piece("89"),
    ]


def test_a_long_fact_over_short_ones_is_one_mark() -> None:
    facts = [fact(1, 0, 9), fact(2, 1, 2), fact(3, 5, 6)]
    assert [piece.text for piece in mark_pieces("0123456789", facts)] == ["", "012345678", "9"]


def test_offsets_of_a_sentence_are_those_of_its_text() -> None:
    assert [piece.text for piece in mark_pieces("abc", [fact(1, 11, 12)], offset=10)] == ["a", "b", "c"]


def test_lines_are_paragraphs_and_blank_ones_are_none() -> None:
    first, second = mark_paragraphs("có 5 chợ\n\n \nvà 7\n", [fact(1, 3, 4), fact(2, 15, 16)])
    assert [piece.text for piece in first] == ["có ", "5", " chợ"]
    assert [piece.text for piece in second] == ["và ", "7"]


# -- what is hostile -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evil_page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The page of a record that has markup in every field."""
    folder = tmp_path_factory.mktemp("evil")
    record = {
        "id": f"{EVIL}\"'>",
        "title": f"</title>{EVIL}",
        "url": f"javascript:alert('{EVIL}')",
        "source": EVIL,
        "text": f"Tỉnh Bến Tre có 9 {EVIL} chợ.\nTỉnh có 12 cầu </script>{EVIL} <!-- <script> &amp; --> cũ.",
    }
    (folder / "evil.jsonl").write_text(json.dumps(record), encoding="utf-8")
    return page_of(run_inputs(folder, folder / "evil.jsonl"))


def test_markup_in_an_article_stays_text(evil_page: Any) -> None:
    assert len(store_of(evil_page)) >= 1
    assert EVIL in visible_text(evil_page.xpath("//div[@class='text']")[0])
    assert words_of(evil_page.xpath("//article/h3")[0]) == f"</title>{EVIL}"
    assert f"{EVIL}\"'>" in words_of(evil_page.xpath("//article/p[@class='about']")[0])
    assert all(f"{EVIL}\"'>" == row["doc_id"] for row in store_of(evil_page))


def test_a_page_has_no_element_that_an_article_brought(evil_page: Any) -> None:
    scripts = evil_page.xpath("//script")
    assert [script.get("type") for script in scripts] == ["application/json", "module", "module"]
    assert not evil_page.xpath("//iframe | //object | //embed | //img | //link | //base | //comment()")
    attributes = {name for element in evil_page.iter("*") for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_an_address_that_is_no_web_page_is_no_link(evil_page: Any) -> None:
    assert all(href.startswith(("#", "http")) for href in evil_page.xpath("//a/@href"))
    assert "javascript:alert" in words_of(evil_page.xpath("//article/p[@class='about']")[0])


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" https://example.org", False),
        ("java\nscript:alert(1)", False),
        ("https:javascript", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_links(url: str | None, is_safe: bool) -> None:
    assert safe_url(url) == (url if is_safe else None)


def test_the_policy_allows_the_scripts_and_styles_of_the_page_and_nothing_else(two: Path) -> None:
    tree = page_of(two)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    content = page_path(two).read_text(encoding="utf-8")
    scripts = re.findall(r'<script type="module">(.*?)</script>', content, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", content, re.DOTALL)

    def hashes(texts: list[str]) -> str:
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    assert (len(scripts), len(styles)) == (2, 1)
    assert rules["script-src"] == hashes(scripts)
    assert rules["style-src"] == hashes(styles)
    assert "unsafe" not in policy


def test_a_page_asks_for_nothing_from_elsewhere(two: Path) -> None:
    tree = page_of(two)
    assert not tree.xpath("//@src | //link/@href")
    (style,) = tree.xpath("//style")
    assert not re.findall(r"@import|url\((?!#)", style.text)


def test_scripts_hold_nothing_that_ends_their_element() -> None:
    assert safe_script("a<!--b</script>c<SCRIPT>d<b") == r"a\x3c!--b\x3c/script>c\x3cSCRIPT>d<b"
    for script in load_assets().scripts:
        assert not re.search(r"<!--|<script|</script", script, re.IGNORECASE)
    assert "SpryMedia" in load_assets().scripts[0], "the licence of the table library stays in the page"


# -- texts that are found again, and those that are not --------------------------------------------


def reasons_of(tree: Any) -> list[str]:
    """Gives what the page says of each article's text, in order; nothing where it is shown."""
    return [
        " ".join(words_of(notice) for notice in article.xpath("p[@class='notice']"))
        for article in tree.xpath("//article")
    ]


def test_a_text_that_changed_is_told_and_its_evidence_shown(copied: Path) -> None:
    path = copied.parent / "in" / "ca_mau.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("12", "13"), encoding="utf-8")
    tree = page_of(copied)
    unchanged, changed = reasons_of(tree)
    assert unchanged == ""
    assert changed.startswith(
        "The text has changed since the run: its hash is not the one in documents.parquet."
    )
    shown = [visible_text(paragraph) for paragraph in tree.xpath("//article[2]//div[@class='text']/p")]
    assert shown == ["Năm 2023, tỉnh Cà Mau có 12 chợ.", "Phấn đấu đến năm 2030, tỉnh Cà Mau có 30 chợ."]
    marks = [words_of(mark) for mark in tree.xpath("//article[2]//mark")]
    assert marks == ["12 chợ", "30 chợ"]


def test_a_text_that_is_gone_is_told(copied: Path) -> None:
    (copied.parent / "in" / "ca_mau.txt").unlink()
    assert reasons_of(page_of(copied))[1].startswith(
        "The file is not where the run read it. --texts DIR names"
    )
    path = (copied.parent / "in" / "ca_mau.txt").as_posix()
    assert report_on(copied).err.endswith(
        f"1 text shown, 0.7 MB\nnote: 1 text not shown; the first, {path}: The file is not where the run "
        "read it. --texts DIR names a folder of texts, <doc_id>.txt.\n"
    )


def test_texts_are_read_from_another_folder(copied: Path, tmp_path: Path) -> None:
    (tmp_path / "in").rename(tmp_path / "moved")
    assert reasons_of(page_of(copied, "--texts", tmp_path / "moved")) == ["", ""]
    outcome = report_on(copied, "--texts", tmp_path / "nowhere")
    assert (outcome.code, outcome.err) == (2, f"error: {tmp_path / 'nowhere'}: is no folder\n")


def test_an_id_does_not_lead_out_of_the_folder_of_texts_nor_need_be_a_name_of_a_file(tmp_path: Path) -> None:
    text = "Tỉnh Bến Tre có 9 chợ."
    records = [{"id": "../secret", "text": text}, {"id": "x" * 300, "text": text}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (tmp_path / "secret.txt").write_text(text, encoding="utf-8")
    (tmp_path / "texts").mkdir()
    out = run_inputs(tmp_path, tmp_path / "a.jsonl")
    outside, long = reasons_of(page_of(out, "--texts", tmp_path / "texts"))
    assert outside.startswith("The folder of texts has no file ../secret.txt.")
    assert long.startswith("The folder of texts has no file xxx")


def write_records(path: Path, prefix: str, texts: Mapping[str, str] = ARTICLES) -> None:
    """Writes records in the form that the file's name asks for; their ids begin with `prefix`."""
    rows = [{"id": f"{prefix} {doc_id}", "words": text} for doc_id, text in texts.items()]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".csv":
        lines = ["id,words", *(f'{row["id"]},"{row["words"]}"' for row in rows)]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_texts_of_records_are_found_again(records: Path) -> None:
    tree = page_of(records, "--text-column", "words")
    assert reasons_of(tree) == [""] * 6
    for article in range(1, 7, 2):
        first = tree.xpath(f"//article[{article}]//div[@class='text']/p[1]")[0]
        assert visible_text(first) == "Bến Tre chuyển đổi số"


def test_the_column_of_the_texts_is_named_as_for_the_run(records: Path) -> None:
    assert all("not where the run read it" in reason for reason in reasons_of(page_of(records)))


def test_a_record_that_changed_or_moved_is_told(records: Path, tmp_path: Path) -> None:
    out = copy_run(records, tmp_path)
    changed = {"ben_tre": ARTICLES["ben_tre"].replace("157", "158")}
    write_records(tmp_path / "in" / "news.csv", "news.csv", changed)
    first, second, *others = reasons_of(page_of(out, "--text-column", "words"))
    assert first.startswith("The text has changed since the run")
    assert second.startswith("The record is not where the run read it.")
    assert others == [""] * 4


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("-", "The run read it from standard input."),
        ("-#1", "The run read it from standard input."),
        ("s3://bucket/ben_tre.txt", "The run read it from a URL, which is not read again."),
        ("s3://bucket/news.jsonl#1", "The run read it from a URL, which is not read again."),
        ("nowhere/news.jsonl#1", "The record is not where the run read it."),
        ("ben_tre.docx", "The file is not where the run read it."),
    ],
)
def test_what_cannot_be_read_again_is_told(source: str, reason: str, copied: Path) -> None:
    set_sources(copied, lambda _: source)
    assert all(told.startswith(reason) for told in reasons_of(page_of(copied)))


# -- findings --------------------------------------------------------------------------------------


def test_findings_are_counted_good_and_bad_in_words(copied: Path) -> None:
    set_checks(copied, {1: "ratio_ok", 2: "ratio_ok ratio_mismatch", 4: "conflict"})
    tree = page_of(copied)
    rows = [
        [words_of(cell) for cell in row] for row in tree.xpath("//section[@id='findings']/table/tbody/tr")
    ]
    assert rows == [
        ["conflict", "! does not agree", "1"],
        ["ratio_mismatch", "! does not agree", "1"],
        ["ratio_ok", "✓ agrees", "2"],
    ]
    doubtful = tree.xpath("//section[@id='findings']//table[contains(@class, 'cards')]/tbody/tr")
    assert [words_of(row.find("th")) for row in doubtful] == ["2", "4"]
    assert [link.get("href") for link in tree.xpath("//section[@id='findings']//a")] == ["#row-2", "#row-4"]
    assert [link.get("id") for link in tree.xpath("//a[contains(@class, 'doubtful')]")] == [
        "fact-2",
        "fact-4",
    ]
    assert tree.xpath("//select[@name='findings']/option/text()")[-3:] == [
        "conflict",
        "ratio_mismatch",
        "ratio_ok",
    ]


def test_a_run_without_findings_says_so(two: Path) -> None:
    assert "The column checks holds no finding." in words_of(page_of(two).get_element_by_id("findings"))


# -- large runs ------------------------------------------------------------------------------------


def titles_of(tree: Any) -> list[str]:
    """Gives the titles of the articles on a page."""
    return [words_of(title) for title in tree.xpath("//article/h3")]


def test_texts_of_few_articles_are_shown_those_with_most_facts_first(two: Path) -> None:
    tree = page_of(two, "--max-documents", 1)
    assert titles_of(tree) == ["Bến Tre chuyển đổi số"]
    assert "Texts are shown of 1 of 2 articles (--max-documents)" in words_of(tree.find_class("notice")[0])
    rows = store_of(tree)
    assert [(row["doc_id"], row["in_text"]) for row in rows] == [
        *[("ben_tre", 1)] * 3,
        *[("ca_mau", 0)] * 2,
    ]


def test_articles_with_a_fact_in_doubt_come_first(copied: Path) -> None:
    set_checks(copied, {4: "ratio_mismatch"})
    assert titles_of(page_of(copied, "--max-documents", 1)) == ["Tin Cà Mau"]


def test_rows_of_whole_articles_are_shown_as_many_as_fit(two: Path) -> None:
    tree = page_of(two, "--max-facts", 4)
    assert [row["number"] for row in store_of(tree)] == [1, 2, 3]
    notice = words_of(tree.find_class("notice")[0])
    assert "Texts are shown of 1 of 2 articles" in notice
    assert "The table of facts has 3 of 5 rows (--max-facts)" in notice
    assert "5" in words_of(tree.xpath("//dl[@class='numbers']/div[dt='facts']/dd")[0])
    assert [row["number"] for row in store_of(page_of(two, "--max-facts", 2))] == [4, 5]


def test_no_limit_is_zero(two: Path) -> None:
    tree = page_of(two, "--max-documents", 0, "--max-facts", 0)
    assert len(titles_of(tree)) == 2
    assert len(store_of(tree)) == 5
    assert not tree.find_class("notice")[:-1], "nothing but the note for browsers without scripts"


# -- charts and maps -------------------------------------------------------------------------------


def test_facts_are_counted_by_metric_and_province(two: Path) -> None:
    tree = page_of(two)
    charts = {words_of(table.find("caption")): table for table in tree.xpath("//table[@class='chart']")}
    provinces = [
        [words_of(cell) for cell in row][:3]
        for row in charts["Facts per province, as the table names it"].xpath("tbody/tr")
    ]
    assert provinces == [["Bến Tre 83, list of 63", "3", "0"], ["Cà Mau 96, list of 63", "1", "1"]]
    labels = charts["Facts per province, as the table names it"].xpath(".//svg/@aria-label")
    assert labels == ["3 actual, 0 target", "1 actual, 1 target"]


def test_the_maps_show_both_lists(two: Path) -> None:
    tree = page_of(two)
    maps = tree.xpath("//figure[@class='map']/svg")
    titles = [[title.text for title in drawn.xpath(".//title")] for drawn in maps]
    assert [len(found) for found in titles] == [63, 34]
    assert "Bến Tre, code 83: 3" in titles[0]
    assert "Vĩnh Long, code 86: 3" in titles[1]
    assert "Cà Mau, code 96: 2" in titles[1]
    assert maps[0].get("aria-label").startswith("The 63 provinces until 30 June 2025: 2 of 63 have facts.")


def test_facts_of_the_country_and_of_no_place_are_on_no_map(tmp_path: Path) -> None:
    out = run_on(tmp_path, {"a": "Năm 2023, cả nước có 63 chợ.\n", "b": "Năm 2023, chợ có 15 người.\n"})
    text = words_of(page_of(out).get_element_by_id("map"))
    assert "Facts about the whole country (1) and without a place (1) are on no map." in text


def test_an_article_since_the_merger_counts_for_the_list_of_34_alone(tmp_path: Path) -> None:
    text = "# published = 2025-09-01\nHà Nội hôm nay\n\nThành phố Hà Nội có 9 chợ."
    tree = page_of(run_on(tmp_path, {"a": text}))
    old, new = ([title.text for title in svg.xpath(".//title")] for svg in tree.xpath("//figure/svg"))
    assert "Hà Nội, code 01: 0" in old
    assert "Hà Nội, code 01: 1" in new


def test_a_target_stands_beside_the_actual_value(tmp_path: Path) -> None:
    text = (
        "Năm 2022, tỉnh Bến Tre có tỷ lệ hồ sơ trực tuyến đạt 60%.\n"
        "Năm 2023, tỉnh Bến Tre có tỷ lệ hồ sơ trực tuyến đạt 75,5%.\n"
        "Phấn đấu đến năm 2025, tỉnh Bến Tre có tỷ lệ hồ sơ trực tuyến đạt trên 85%.\n"
    )
    (row,) = page_of(run_on(tmp_path, {"a": text})).xpath("//section[@id='targets']//tbody/tr")
    cells = [words_of(cell) for cell in row]
    assert cells[1:4] == ["Bến Tre", "75.5 2023", "> 85 2025"]
    (bar,) = row.xpath(".//rect[@class='actual']/@width")
    assert float(bar) == 75.5
    assert row.xpath(".//svg/@aria-label") == ["actual 75.5, target > 85"]


@pytest.mark.parametrize(
    ("highest", "steps", "meanings"),
    [
        (0, (1,), ["0", "1 or more"]),
        (1, (1,), ["0", "1 or more"]),
        (4, (1, 2), ["0", "1", "2 or more"]),
        (34, (1, 2, 5, 10, 20), ["0", "1", "2 to 4", "5 to 9", "10 to 19", "20 or more"]),
        (
            940,
            (1, 50, 100, 200, 500),
            ["0", "1 to 49", "50 to 99", "100 to 199", "200 to 499", "500 or more"],
        ),
    ],
)
def test_colours_stand_for_round_numbers(highest: int, steps: tuple[int, ...], meanings: list[str]) -> None:
    assert level_steps(highest) == steps
    assert [meaning for _, meaning in legend_of(steps)] == meanings


# -- troubles --------------------------------------------------------------------------------------


def test_articles_that_failed_and_warnings_are_listed(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "good.txt").write_text(ARTICLES["ben_tre"], encoding="utf-8")
    (inputs / "news.jsonl").write_text(
        '{"text": "Xã có 9 chợ.", "date": "bald"}\n{"text": 5}\n', encoding="utf-8"
    )
    tree = page_of(run_inputs(tmp_path, inputs))
    tables = tree.xpath("//section[@id='summary']//table[contains(@class, 'cards')]")
    captions = [words_of(table.find("caption")) for table in tables]
    assert captions == ["Articles that failed: 1", "Warnings: 1"]
    failed, warned = (words_of(table.xpath("tbody/tr")[0]) for table in tables)
    assert "news#2" in failed
    assert "of type int" in failed
    assert "date left out: 'bald'" in warned


def test_a_run_without_a_fact_has_a_page(tmp_path: Path) -> None:
    tree = page_of(run_on(tmp_path, {"a": "Không có số nào.\n", "b": ""}))
    assert titles_of(tree) == ["Không có số nào."]
    assert store_of(tree) == []


# -- the file --------------------------------------------------------------------------------------


def test_the_same_articles_give_the_same_bytes(two: Path, tmp_path: Path) -> None:
    pages = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        out = run_inputs(tmp_path / name, two.parent / "in")
        assert report_on(out).code == 0
        assert report_on(out, page=tmp_path / name / "again.html").code == 0
        pages += [page_path(out).read_bytes(), (tmp_path / name / "again.html").read_bytes()]
    assert len(set(pages)) == 1


def test_what_was_made_is_told(two: Path) -> None:
    outcome = report_on(two)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"{page_path(two)}: 5 facts of 2 articles, 2 texts shown, 0.7 MB\n"


def test_the_page_of_the_seeds_is_small(seeds: Path) -> None:
    assert report_on(seeds).code == 0
    texts = sum(path.stat().st_size for path in (ROOT / "seeds").glob("*.txt"))
    assert page_path(seeds).stat().st_size < 2_000_000 + texts


@pytest.mark.parametrize("library", ["itables", "jinja2"])
def test_without_the_extra_the_page_says_what_to_install(
    library: str, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    outcome = report_on(copied)
    assert outcome.code == 2
    assert f"is needed: {how_to_install('report')}" in outcome.err
    assert not page_path(copied).exists()


@pytest.mark.parametrize("content", [None, "export{a as b};", "no module"])
def test_another_table_library_is_told(
    content: str | None, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "itables"
    (package / "html").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    if content is not None:
        (package / "html" / "dt_bundle.js").write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "itables", raising=False)
    outcome = report_on(copied)
    assert outcome.code == 2
    assert how_to_install("report") in outcome.err


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    outcome = report_on(tmp_path)
    assert outcome.code == 2
    assert "run.json: no such file: has `extract run` written there?" in outcome.err


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_damaged_run_is_told(content: str, copied: Path) -> None:
    (copied / "run.json").write_text(content)
    outcome = report_on(copied)
    assert outcome.code == 2
    assert "run.json: " in outcome.err


@pytest.mark.parametrize("name", ["facts", "documents", "metrics", "provinces"])
def test_a_damaged_table_is_told(name: str, copied: Path) -> None:
    (copied / f"{name}.parquet").write_bytes(b"PAR1")
    outcome = report_on(copied)
    assert outcome.code == 2
    assert f"{name}.parquet: not readable as Parquet" in outcome.err
    pq.write_table(pa.table({"doc_id": ["a"]}), copied / f"{name}.parquet")
    assert f"is no table of {name}: lacks " in report_on(copied).err
    assert not page_path(copied).exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(copied: Path) -> None:
    page = copied.parent / "pages"
    page.mkdir()
    outcome = report_on(copied, page=page)
    assert outcome.code == 2
    assert f"error: {page}: is a folder" in outcome.err
    outcome = report_on(copied, page=copied / "no" / "report.html")
    assert (outcome.code, list(page.iterdir())) == (2, [])
    assert not list(copied.parent.glob(".*.draft"))


def test_facts_in_parts_are_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    out = run_inputs(tmp_path, tmp_path / "in", "--rows-per-part", 2)
    assert (out / "facts").is_dir()
    assert [row["number"] for row in store_of(page_of(out))] == [1, 2, 3, 4, 5]


# -- reading it with a keyboard, a screen reader, a phone ------------------------------------------


def test_the_page_can_be_read_aloud(seeds_page: Any) -> None:
    assert seeds_page.get("lang") == "en"
    assert {text.get("lang") for text in seeds_page.xpath("//div[@class='text']")} == {"vi"}
    assert [len(seeds_page.xpath(f"//{name}")) for name in ("header", "main", "nav", "footer", "h1")] == [
        1
    ] * 5
    assert all(table.find("caption") is not None for table in seeds_page.xpath("//table"))
    drawn = seeds_page.xpath("//svg[not(@aria-hidden='true')]")
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in drawn)
    fields = seeds_page.xpath("//input | //select")
    assert all(field.getparent().tag == "label" for field in fields)
    (skip,) = seeds_page.xpath("//body/a[1]")
    assert skip.get("href") == "#content"


def test_headings_go_down_step_by_step(seeds_page: Any) -> None:
    levels = [int(heading.tag[1]) for heading in seeds_page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def luminance(colour: str) -> float:
    """Gives the relative luminance of a colour, as the accessibility guidelines define it."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


TEXT_ON = [
    *((text, ground) for text in ("ink", "faint", "link", "good", "bad") for ground in ("ground", "raised")),
    ("ink", "mark"),
    ("ink", "mark-goal"),
    *((f"on-{level}", f"level-{level}") for level in range(6)),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_ON, ids="-on-".join)
def test_text_stands_out_from_its_ground(pair: tuple[str, str], scheme: int) -> None:
    style = (ROOT / "extract" / "templates" / "page.css").read_text(encoding="utf-8")
    colours = [
        dict(re.findall(r"--([\w-]+): (#\w+);", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    lighter, darker = sorted((luminance(colours[scheme][name]) for name in pair), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_page_replaces_no_table_of_the_run(seeds: Path) -> None:
    before = (seeds / "facts.parquet").read_bytes()
    outcome = extract_command("report", seeds, "-o", seeds / "facts.parquet")
    assert outcome.code == 2
    assert "is a table of the run itself" in outcome.err
    assert (seeds / "facts.parquet").read_bytes() == before
