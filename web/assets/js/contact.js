// @ts-check
// What reaches people (`data-contact`) is never hit by accident: a control that has just appeared, perhaps under the pointer in
// the middle of a double click, takes no click for a moment.

const MOMENT_MS = 1_000;
let until = 0;

/** Where each of them leads; their words change with the counts. */
function addresses() {
  return [...document.querySelectorAll("[data-contact]")].map((el) => (el instanceof HTMLButtonElement ? el.form?.action : el.getAttribute("href")));
}

/** Makes a change to the page, and holds for a moment if it brought such a control. @param {() => void} change */
export function careful(change) {
  const before = new Set(addresses());
  change();
  if (addresses().some((address) => !before.has(address))) until = performance.now() + MOMENT_MS;
}

document.addEventListener("click", (event) => {
  if (performance.now() > until) return;
  if (!(event.target instanceof Element) || !event.target.closest("[data-contact]")) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });
