// The table is made, sorted and paged by DataTables. This fills it, filters it, and joins it to the texts.
const store = JSON.parse(document.getElementById("facts-data").textContent);
const at = Object.fromEntries(store.fields.map((field, index) => [field.name, index]));
const rows = store.rows.map((row) =>
  row.map((cell, index) => (store.fields[index].words && cell !== null ? store.words[cell] : cell)),
);
const byNumber = new Map(rows.map((row) => [row[at.number], row]));
const form = document.getElementById("filters");
const panel = document.getElementById("fact-panel");

// -- the table

const escaped = DataTable.render.text().display;
// Names of metrics may break behind a word.
const breakable = (cell) => String(escaped(cell ?? "")).replaceAll("_", "_<wbr>");
const plain = (name, title, kind) => ({
  data: at[name],
  title,
  type: kind,
  className: { num: "number", period_end: "period", unit_id: "unit" }[kind === "num" ? kind : name] ?? "",
  render: (cell, use) => (use === "display" ? breakable(cell) : (cell ?? "")),
});
// Sorted by what is stored, shown as people write it.
const written = (name, shown, title, kind) => ({
  ...plain(name, title, kind),
  render: (cell, use, row) =>
    use === "display" ? escaped(row[at[shown]] ?? "") : ((use === "filter" ? row[at[shown]] : cell) ?? ""),
});
const columns = [
  plain("number", "No.", "num"),
  plain("doc_id", "Article", "string"),
  plain("metric", "Metric", "string"),
  written("value", "value_shown", "Value", "num"),
  plain("unit_id", "Unit", "string"),
  written("period_end", "period_shown", "Period", "string"),
  plain("place_text", "Place", "string"),
  plain("status", "Status", "string"),
  plain("confidence", "Confidence", "num"),
  { ...plain("checks", "Findings", "string"), visible: rows.some((row) => row[at.checks]) },
  plain("sentence", "Evidence", "string"),
];
const wrap = (cell, tag, properties) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...cell.childNodes);
  cell.append(element);
  return element;
};
const table = new DataTable("#facts-table", {
  data: rows,
  columns,
  autoWidth: false,
  order: [],
  pageLength: 25,
  layout: { topStart: "info", topEnd: "pageLength", bottomStart: null, bottomEnd: "paging" },
  createdRow: (element, row, index, cells) => {
    const number = row[at.number];
    cells.forEach((cell, column) => (cell.dataset.label = columns[column].title));
    for (const column of row[at.metric_id] ? [6, 10] : [2, 6, 10]) cells[column].lang = "vi";
    const href = row[at.in_text] ? `#fact-${number}` : `#row-${number}`;
    wrap(cells[0], "a", { href, id: `row-${number}` }).dataset.fact = number;
    wrap(cells[10], "div", { className: "clamp" });
  },
});

// -- filters

const finding = {
  any: (names) => names.length > 0,
  none: (names) => names.length === 0,
  bad: (names) => names.some((name) => !name.endsWith("_ok")),
};
table.search.fixed("filters", (text, row) => {
  const wanted = form.elements;
  const is = (name, column) => !wanted[name].value || row[at[column]] === wanted[name].value;
  const names = (row[at.checks] ?? "").split(" ").filter(Boolean);
  const asked = wanted.findings.value;
  return (
    is("province", "province") &&
    is("metric", "metric_filter") &&
    is("status", "status") &&
    row[at.confidence] >= Number(wanted.confidence.value) &&
    (!asked || (finding[asked] ? finding[asked](names) : names.includes(asked)))
  );
});
const refresh = () => table.search(form.elements.words.value).draw();
form.addEventListener("input", refresh);
form.addEventListener("reset", () => setTimeout(refresh));
form.addEventListener("submit", (event) => event.preventDefault());

// -- all fields of the fact under the pointer or the focus

const named = (list, name, value, about, language) => {
  const pair = list.appendChild(document.createElement("div"));
  Object.assign(pair.appendChild(document.createElement("dt")), { textContent: name, title: about });
  Object.assign(pair.appendChild(document.createElement("dd")), { textContent: value, lang: language });
};
let opener = null;
const show = (element) => {
  const number = Number(element.dataset.fact);
  const row = byNumber.get(number);
  if (!row) return;
  opener = element;
  if (!panel.hidden && panel.dataset.number === String(number)) return;
  panel.dataset.number = number;
  panel.querySelector("h2").textContent = `Fact ${number}: ${row[at.metric]}`;
  const list = panel.querySelector("dl");
  list.replaceChildren();
  const columns = store.fields.filter((field) => field.about);
  const value = (field) => row[at[field.name]];
  for (const field of columns.filter((field) => value(field) !== null)) {
    named(list, field.name, value(field), field.about, field.vietnamese ? "vi" : "en");
  }
  const empty = columns.filter((field) => value(field) === null).map((field) => field.name);
  if (empty.length) named(list, "without a value", empty.join(", "), "", "en");
  panel.hidden = false;
};
for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const fact = event.target.closest?.("[data-fact]");
    if (fact) show(fact);
  });
}
const close = () => {
  if (panel.contains(document.activeElement)) opener.focus();
  panel.hidden = true;
};
panel.querySelector("button").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  if (event.key === " " && event.target.dataset?.fact) {
    event.preventDefault();
    show(event.target);
    panel.focus();
  }
});

// -- from a mark in a text to its row and back

const reach = (element) => {
  element?.closest("details")?.setAttribute("open", "");
  element?.focus();
  element?.scrollIntoView({ block: "center" });
};
const follow = () => {
  const [, kind, number] = location.hash.match(/^#(row|fact)-(\d+)$/) ?? [];
  if (kind === "row") {
    if (!byNumber.has(Number(number))) return;
    const listed = table.rows({ search: "applied", order: "applied" }).data().toArray();
    const place = listed.findIndex((row) => row[at.number] === Number(number));
    if (place < 0) {
      // Hidden by a filter: the table is drawn anew before this goes on.
      form.reset();
      setTimeout(follow);
      return;
    }
    table.page(Math.floor(place / table.page.len())).draw(false);
  }
  if (kind) reach(document.getElementById(`${kind}-${number}`));
};
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a[href^='#']");
  if (anchor?.dataset.words !== undefined) {
    form.reset();
    form.elements.words.value = anchor.dataset.words;
  }
  if (anchor && anchor.hash === location.hash) setTimeout(follow);
});
follow();
