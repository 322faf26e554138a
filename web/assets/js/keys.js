// @ts-check
// Single keys, outside text fields only: the element that carries `data-key` is focused (fields) or clicked. A capital is
// meant with Shift. Enter is left to whatever has the focus and does something with it.

const TEXT = "input:not([type=radio], [type=checkbox]), textarea, select";
const USES_ENTER = "a[href], button, summary";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  const at = event.target;
  if (at instanceof HTMLElement && (at.isContentEditable || at.matches(TEXT))) return;
  if (event.key === "Enter" && at instanceof Element && at.closest(USES_ENTER)) return;
  if (/^[A-Z]$/.test(event.key) && !event.shiftKey) return;
  const el = [...document.querySelectorAll("[data-key]")].find((e) => e.getAttribute("data-key") === event.key);
  if (!(el instanceof HTMLElement)) return;
  event.preventDefault();
  if (el.matches(TEXT)) el.focus();
  else el.click();
});
