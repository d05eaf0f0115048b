"use strict";

// Sort by a column: numbers by size, text by the alphabet; once more turns it round.
for (const table of document.querySelectorAll("table.plain[id]")) {
  const heads = [...table.querySelectorAll("th")];
  heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") !== "descending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = (row) => row.cells[at].textContent;
    const size = (row) => Number(text(row).replaceAll(",", ""));
    const rows = [...table.tBodies[0].rows];
    const numbers = rows.every((row) => text(row) === "" || !Number.isNaN(size(row)));
    rows.sort((a, b) => numbers ? size(a) - size(b) : text(a).localeCompare(text(b)));
    if (down) rows.reverse();
    table.tBodies[0].append(...rows);
  }));
}

const filter = document.getElementById("filter");
filter.hidden = false;
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const row of document.querySelectorAll("#repositories tbody tr, #packages tbody tr, details.card")) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
});
