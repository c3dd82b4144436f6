// Another empty row for a label, numbered after the last; without script three empty rows are there to begin with.

const rows = document.querySelector("[data-rows]");
const button = document.querySelector("[data-add-row]");
const empty = rows ? [...rows.children].at(-1).cloneNode(true) : null;

function numbered(row, number) {
  const before = `kind-${row.dataset.row}-`;
  for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(before, `kind-${number}-`);
  row.dataset.row = number;
  return row;
}

function add() {
  const next = Math.max(...[...rows.children].map((row) => Number(row.dataset.row))) + 1;
  const row = numbered(empty.cloneNode(true), next);
  row.open = true;
  rows.append(row);
  row.querySelector("input:not([type=hidden])").focus();
}

if (button && empty) {
  button.hidden = false;
  button.addEventListener("click", add);
}
