// @ts-check
// Changing the page in place: what a person types, has opened or has focused stays.
import { Idiomorph } from "../vendor/idiomorph/idiomorph.esm.js";
import { careful } from "./contact.js";

/** Numbers whose change is shown for a moment. */
const WATCHED = "dd.v";

const callbacks = {
  /** @param {Node} before @param {Node} after */
  beforeNodeMorphed(before, after) {
    // What the reader is at work on, or a script draws: it stays for as long as it is the same.
    if (before instanceof Element && after instanceof Element && before.id && before.id === after.id && before.hasAttribute("data-keep")) return false;
    if (before instanceof Element && after instanceof Element && before.matches(WATCHED) && before.textContent !== after.textContent) flash(before);
    return true;
  },
  /** What the reader opened stays open, what the script set stays set. @param {string} name @param {Element} node */
  beforeAttributeUpdated(name, node) {
    if (name === "open" && node instanceof HTMLDetailsElement) return false;
    if (name === "hidden" && node.id === "hold-updates") return false;
    if (name === "aria-pressed" && node.id === "hold-updates") return false;
    return true;
  },
};

/** @param {Element} present @param {Element} next */
function become(present, next) {
  // Only fields keep their value: Idiomorph would otherwise leave the words of a focused button as they were.
  const ignoreActiveValue = document.activeElement?.matches("input, textarea, select") ?? false;
  careful(() => Idiomorph.morph(present, /** @type {HTMLElement} */ (next), { morphStyle: "outerHTML", ignoreActiveValue, callbacks }));
}

/** @param {Element} el */
function flash(el) {
  requestAnimationFrame(() => {
    el.classList.add("changed");
    el.addEventListener("animationend", () => el.classList.remove("changed"), { once: true });
  });
}

/** Morphs a fragment into the element of the same id; one that is not on the page is dropped. @param {Element} fragment */
export function morph(fragment) {
  const present = document.getElementById(fragment.id);
  if (present) become(present, fragment);
}

/** Fetches a page and morphs its `<main>`: after a lost stream, or for an enhanced form. @param {string} url @param {RequestInit} [init] */
export async function visit(url, init) {
  const answer = await fetch(url, { ...init, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("main.main");
  const main = document.querySelector("main.main");
  if (!next || !main) return location.assign(answer.url);
  document.title = page.title;
  become(main, next);
  if (init && document.activeElement === document.body) document.querySelector("main")?.focus({ preventScroll: true }); // the button is gone
  if (init && answer.url !== location.href) history.pushState(null, "", answer.url);
}
