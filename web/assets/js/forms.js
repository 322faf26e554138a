// @ts-check
// Forms without a page load: `data-enhance` posts and morphs the answer, `data-pick` submits when a choice changes.
import { visit } from "./morph.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("form[data-enhance]") || form.method !== "post") return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  visit(form.action, { method: "POST", body: new URLSearchParams(/** @type {any} */ (data)) })
    .catch(() => form.submit())
    .finally(() => button?.removeAttribute("aria-busy"));
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.form?.matches("[data-pick]")) field.form.requestSubmit();
});

addEventListener("popstate", () => location.reload());
