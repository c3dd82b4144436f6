// Menus (details.menu) close when something else is clicked, after a choice, and on Escape; without this script they stay open.

function close(menu) {
  menu.open = false;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("a")) close(menu);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const had = menu.contains(document.activeElement);
    close(menu);
    if (had) menu.querySelector("summary").focus();
  }
});
