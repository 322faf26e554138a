// @ts-check
// Forms without a page load: `data-enhance` posts and morphs the answer, `data-pick` submits when a choice changes.
import { visit } from "./morph.js";

/** Forms whose answer is awaited: a second press is not a second deed. @type {WeakSet<HTMLFormElement>} */
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("form[data-enhance]") || form.method !== "post") return;
  event.preventDefault();
  if (sent.has(form)) return;
  sent.add(form);
  const data = new FormData(form, event.submitter);
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const action = event.submitter instanceof HTMLButtonElement && event.submitter.hasAttribute("formaction") ? event.submitter.formAction : form.action;
  visit(action, { method: "POST", body: new URLSearchParams(/** @type {any} */ (data)) })
    .catch(() => form.submit())
    .finally(() => {
      sent.delete(form);
      button?.removeAttribute("aria-busy");
    });
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.form?.matches("[data-pick]")) field.form.requestSubmit();
});

addEventListener("popstate", () => location.reload());
