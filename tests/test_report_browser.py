"""The page of a run in a browser: nothing is loaded or complained of, and its parts work together.

Skipped where no Chromium is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Page, find_browser
from report_pages import EVIL, page_path, report_on, run_inputs, set_checks

from extract.table import load_facts
from extract.table_schema import FACTS

BROWSER = find_browser()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed: apt-get install chromium")
ROOT = Path(__file__).parent.parent
SHOWN = "[...document.querySelectorAll('#facts-table tbody a')].map((link) => Number(link.textContent))"
FOCUSED = "document.activeElement.id"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run on the seeds and an article with markup, some facts with findings; and its page."""
    folder = tmp_path_factory.mktemp("browser")
    inputs = folder / "in"
    inputs.mkdir()
    for path in (ROOT / "seeds").glob("*.txt"):
        (inputs / path.name).write_bytes(path.read_bytes())
    record = {"id": EVIL, "title": EVIL, "text": f"Tỉnh Bến Tre có 9 {EVIL} chợ.\nTỉnh có 12 cầu."}
    (inputs / "evil.jsonl").write_text(json.dumps(record), encoding="utf-8")
    tables = run_inputs(folder, inputs)
    set_checks(tables, {3: "ratio_ok", 5: "ratio_mismatch", 40: "conflict ratio_ok"})
    assert report_on(tables).code == 0
    return tables


@pytest.fixture(scope="module")
def rows(out: Path) -> dict[int, dict[str, Any]]:
    """The facts of that run, by the number of their row."""
    return dict(enumerate(load_facts(out).to_pylist(), start=1))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser that all tests share."""
    assert BROWSER is not None
    with Page(BROWSER, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page, out: Path) -> Iterator[Page]:
    """The page, opened anew. It may never complain of anything or ask for anything else than itself."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.resize(1280, 900)
    browser.open(page_path(out))
    yield browser
    assert browser.complaints == []
    assert {request.partition("#")[0] for request in browser.requests} <= {page_path(out).as_uri()}


def test_the_browser_tells_what_a_page_complains_of_and_asks_for(browser: Page, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'unsafe-inline'\">"
        "<img src='http://localhost:9/a.png'><p style='color: red'>"
        "<script>console.error('first'); eval('1')</script>"
    )
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(path)
    told = " ".join(browser.complaints)
    assert "first" in told
    assert "unsafe-eval" in told
    assert "http://localhost:9/a.png" in browser.requests


def choose(page: Page, name: str, value: str) -> None:
    """Fills in a field of the filters, as a user does."""
    page.run(
        f"(() => {{ const field = document.getElementById('filters').elements[{json.dumps(name)}];"
        f"field.value = {json.dumps(value)};"
        "field.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


def numbers_where(rows: dict[int, dict[str, Any]], **wanted: str) -> list[int]:
    """Gives the numbers of the facts with these values, as many as a page of the table holds."""
    found = [
        number for number, row in rows.items() if all(row[name] == value for name, value in wanted.items())
    ]
    return found[:25]


def test_the_table_is_paged(page: Page, rows: dict[int, dict[str, Any]]) -> None:
    assert page.run(SHOWN) == list(range(1, 26))
    assert (
        page.run("document.querySelector('.dt-info').textContent")
        == f"Showing 1 to 25 of {len(rows)} entries"
    )
    page.run("document.querySelector('.dt-paging button.next').click()")
    page.until(f"({SHOWN})[0] === 26")
    assert page.run(SHOWN) == list(range(26, 51))


@pytest.mark.parametrize(
    ("name", "value", "column"),
    [
        ("province", "Bến Tre", "province_name"),
        ("metric", "dti_rank", "metric_id"),
        ("status", "target", "status"),
    ],
)
def test_facts_are_filtered_by_a_column(
    name: str, value: str, column: str, page: Page, rows: dict[int, dict[str, Any]]
) -> None:
    wanted = numbers_where(rows, **{column: value})
    assert wanted
    choose(page, name, value)
    assert page.run(SHOWN) == wanted
    page.run("document.querySelector('#filters button').click()")
    page.until(f"({SHOWN}).length === 25")


def test_facts_are_filtered_by_words_confidence_and_findings(
    page: Page, rows: dict[int, dict[str, Any]]
) -> None:
    choose(page, "words", "trạm BTS 2G")
    assert 0 < len(page.run(SHOWN)) < 10
    choose(page, "words", "")
    choose(page, "confidence", "0.95")
    sure = [number for number, row in rows.items() if round(row["confidence"], 6) >= 0.95]
    assert page.run(SHOWN) == sure[:25]
    choose(page, "confidence", "0")
    for asked, wanted in (("bad", [5, 40]), ("any", [3, 5, 40]), ("ratio_ok", [3, 40])):
        choose(page, "findings", asked)
        assert page.run(SHOWN) == wanted
    choose(page, "status", "target")
    choose(page, "findings", "none")
    assert 3 not in page.run(SHOWN)


def test_a_click_on_a_heading_sorts_by_the_number_and_not_by_its_digits(
    page: Page, rows: dict[int, dict[str, Any]]
) -> None:
    headings = "[...document.querySelectorAll('#facts-table thead th')]"
    heading = f"{headings}.find((cell) => cell.innerText.includes('Value'))"
    rising = sorted(row["value"] for row in rows.values())
    page.run(f"{heading}.click()")
    page.until(f"{heading}.getAttribute('aria-sort') === 'ascending' && ({SHOWN})[0] !== 1")
    assert [rows[number]["value"] for number in page.run(SHOWN)] == rising[:25]
    page.run(f"{heading}.querySelector('[role=button]').focus()")
    page.press("Enter")
    largest = next(number for number, row in rows.items() if row["value"] == rising[-1])
    page.until(f"{heading}.getAttribute('aria-sort') === 'descending' && ({SHOWN})[0] === {largest}")
    assert [rows[number]["value"] for number in page.run(SHOWN)] == rising[:-26:-1]


def test_the_focus_on_a_mark_shows_all_fields_and_escape_closes_them(
    page: Page, rows: dict[int, dict[str, Any]]
) -> None:
    assert page.run("document.getElementById('fact-panel').hidden")
    page.run("document.getElementById('fact-1').focus()")
    page.press("Tab")
    assert page.run(FOCUSED) == "fact-2"
    pairs = page.run(
        "[...document.querySelectorAll('#fact-panel dl div')].map((pair) => [...pair.children].map("
        "(part) => part.textContent))"
    )
    shown = dict(pairs)
    empty = shown.pop("without a value").split(", ")
    assert sorted([*shown, *empty]) == sorted(column.name for column in FACTS.columns)
    assert [name for name, value in rows[2].items() if value is None] == empty
    assert shown["fact_id"] == rows[2]["fact_id"]
    assert shown["sentence"] == rows[2]["sentence"]
    assert shown["char_start"] == str(rows[2]["char_start"])
    box = page.run("JSON.stringify(document.getElementById('fact-2').getBoundingClientRect())")
    panel = page.run("JSON.stringify(document.getElementById('fact-panel').getBoundingClientRect())")
    assert json.loads(box)["bottom"] <= json.loads(panel)["top"], "the panel does not hide what has the focus"
    page.press("Escape")
    assert page.run("document.getElementById('fact-panel').hidden")


def test_the_space_bar_leads_into_the_fields_and_escape_back(page: Page) -> None:
    page.run("document.getElementById('fact-2').focus()")
    page.press(" ")
    assert page.run(FOCUSED) == "fact-panel"
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Close"
    page.press("Escape")
    assert page.run(FOCUSED) == "fact-2"


def test_the_pointer_on_a_mark_shows_its_fields(page: Page, rows: dict[int, dict[str, Any]]) -> None:
    page.run("document.getElementById('fact-7').scrollIntoView()")
    box = json.loads(
        page.run("JSON.stringify(document.querySelector('#fact-7 mark').getBoundingClientRect())")
    )
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=box["x"] + 3, y=box["y"] + box["height"] / 2)
    page.until("!document.getElementById('fact-panel').hidden")
    assert rows[7]["fact_id"] in page.run("document.getElementById('fact-panel').textContent")


def test_a_mark_leads_to_its_row_on_whatever_page_and_back(page: Page) -> None:
    page.run("document.getElementById('fact-60').focus()")
    page.press("Enter")
    page.until(f"{FOCUSED} === 'row-60'")
    assert 60 in page.run(SHOWN)
    page.press("Enter")
    page.until(f"{FOCUSED} === 'fact-60'")


def test_a_row_that_a_filter_hides_is_shown_again(page: Page) -> None:
    choose(page, "words", "no such words")
    assert page.run(SHOWN) == []
    page.run("document.getElementById('fact-60').click()")
    page.until(f"{FOCUSED} === 'row-60'")
    assert page.run("document.getElementById('filters').elements.words.value") == ""


def test_a_text_that_is_folded_opens_for_its_mark(page: Page) -> None:
    page.run("document.querySelectorAll('article details').forEach((text) => text.open = false)")
    page.run("document.getElementById('row-3').click()")
    page.until(f"{FOCUSED} === 'fact-3'")
    assert page.run("document.getElementById('fact-3').closest('details').open")


def test_an_article_leads_to_its_rows(page: Page, rows: dict[int, dict[str, Any]]) -> None:
    (first, *others) = numbers_where(rows, doc_id=EVIL)
    page.run(
        f"document.getElementById('fact-{first}').closest('article').querySelector('[data-words]').click()"
    )
    page.until(f"({SHOWN}).length === {1 + len(others)}")
    assert page.run("document.querySelector('#facts-table tbody td:nth-child(2)').textContent") == EVIL


def test_markup_in_an_article_is_text_in_the_browser_too(page: Page, rows: dict[int, dict[str, Any]]) -> None:
    choose(page, "words", "alert(1)")
    (first, *_) = numbers_where(rows, doc_id=EVIL)
    assert first in page.run(SHOWN)
    page.run(f"document.getElementById('row-{first}').focus()")
    assert EVIL in page.run("document.querySelector('#fact-panel dl').textContent")
    assert page.run("document.querySelectorAll('script').length") == 3
    choose(page, "metric", "no metric of the ontology")


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_never_scrolls_sideways(width: int, scheme: str, page: Page) -> None:
    page.resize(width, 740)
    page.prefer(scheme)
    page.run("document.querySelectorAll('details').forEach((part) => part.open = true)")
    page.run("document.getElementById('fact-1').focus()")
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run("document.getElementById('fact-panel').getBoundingClientRect().width") <= width
    page.prefer("light")


def test_the_first_tab_leads_past_the_navigation(page: Page) -> None:
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Skip to the content"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    page.until(f"{FOCUSED} === 'content'")


def test_the_focus_is_seen(page: Page) -> None:
    page.press("Tab")
    page.press("Tab")
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert float(page.run("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")) >= 3
