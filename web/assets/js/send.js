// @ts-check
// Ctrl+Enter sends what is being written, once.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || !field.form?.matches(".composer")) return;
  event.preventDefault();
  const button = field.form.querySelector("button[type=submit]");
  if (button instanceof HTMLButtonElement) button.click(); // so that a button that is off sends nothing
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches(".composer")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// The page came back from the cache of the browser: it may send again.
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form.composer")) form.removeAttribute("data-sent"); });
