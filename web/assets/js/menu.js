// @ts-check
// A menu that was opened closes again: at Escape, and at a click anywhere else.

/** @param {(menu: HTMLDetailsElement) => boolean} leave */
function close(leave) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu instanceof HTMLDetailsElement && leave(menu)) menu.open = false;
  }
}

document.addEventListener("click", (event) => close((menu) => !(event.target instanceof Node && menu.contains(event.target))));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  close((menu) => {
    if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    return true;
  });
});
