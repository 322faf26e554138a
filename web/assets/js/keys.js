// @ts-check
// Single keys, outside text fields only: the element that carries `data-key` is focused (fields) or clicked.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = event.target;
  if (at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) return;
  const el = [...document.querySelectorAll("[data-key]")].find((e) => e.getAttribute("data-key") === event.key);
  if (!(el instanceof HTMLElement)) return;
  event.preventDefault();
  if (el instanceof HTMLInputElement) el.focus();
  else el.click();
});
