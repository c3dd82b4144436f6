// Another empty row of a form (a label of a scheme, an item of an instrument), numbered after the last; without script
// some empty rows are there to begin with. The names of its fields begin with data-rows, else with "kind".

const rows = document.querySelector("[data-rows]");
const button = document.querySelector("[data-add-row]");
const empty = rows ? [...rows.children].at(-1).cloneNode(true) : null;

function numbered(row, number) {
  const kind = rows.dataset.rows || "kind";
  const before = `${kind}-${row.dataset.row}-`;
  for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(before, `${kind}-${number}-`);
  row.dataset.row = number;
  return row;
}

function add() {
  const next = Math.max(...[...rows.children].map((row) => Number(row.dataset.row))) + 1;
  const row = numbered(empty.cloneNode(true), next);
  if (row instanceof HTMLDetailsElement) row.open = true;
  rows.append(row);
  row.querySelector("input:not([type=hidden])").focus();
}

if (button && empty) {
  button.hidden = false;
  button.addEventListener("click", add);
}
