// @ts-check
// A text that saves itself while it is written (`data-save` names the address): after a moment's rest, when it is left, and
// when the page is. It is sent with the other hidden fields of its form.

const REST_MS = 600;
/** Texts with words the server does not have, and their timers. @type {Map<HTMLTextAreaElement, number>} */
const unsaved = new Map();

/** @param {EventTarget | null} target */
function saved(target) {
  return target instanceof HTMLTextAreaElement && target.dataset.save ? target : undefined;
}

/** @param {HTMLTextAreaElement} text */
function fields(text) {
  const data = new URLSearchParams({ [text.name]: text.value });
  for (const field of text.form?.querySelectorAll("input[type=hidden]") ?? []) {
    if (field instanceof HTMLInputElement) data.set(field.name, field.value);
  }
  return data;
}

/** @param {HTMLTextAreaElement} text */
function save(text) {
  clearTimeout(unsaved.get(text));
  if (!unsaved.delete(text)) return;
  fetch(text.dataset.save ?? "", { method: "POST", body: fields(text), redirect: "manual" })
    .then((answer) => {
      // A redirect is how a form is answered; it is not followed.
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
      say(unsaved.has(text) ? "" : "Saved");
    })
    .catch(() => {
      say("Not saved, trying again");
      later(text);
    });
}

/** @param {HTMLTextAreaElement} text */
function later(text) {
  clearTimeout(unsaved.get(text));
  unsaved.set(text, setTimeout(() => save(text), REST_MS));
}

/** @param {string} words */
function say(words) {
  const state = document.getElementById("note-state");
  if (state) state.textContent = words;
}

document.addEventListener("input", (event) => {
  const text = saved(event.target);
  if (text) later(text);
});
document.addEventListener("change", (event) => {
  const text = saved(event.target);
  if (text) save(text);
});
// Its form carries it.
document.addEventListener("submit", (event) => {
  for (const [text, timer] of unsaved) {
    if (text.form !== event.target) continue;
    clearTimeout(timer);
    unsaved.delete(text);
  }
});
addEventListener("pagehide", () => {
  for (const text of unsaved.keys()) navigator.sendBeacon(text.dataset.save ?? "", fields(text));
});
