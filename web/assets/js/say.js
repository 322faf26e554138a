// @ts-check
// What a part of the page says when it changes (`data-say`) is said to those who listen, once.

/** @type {WeakMap<Element, string>} */
const said = new WeakMap();

function listen() {
  const status = document.getElementById("status");
  for (const el of document.querySelectorAll("[data-say]")) {
    const words = el.getAttribute("data-say") ?? "";
    if (said.get(el) === words) continue;
    if (said.has(el) && status) status.textContent = words;
    said.set(el, words);
  }
}

const main = document.querySelector("main.main");
if (main) {
  listen();
  new MutationObserver(listen).observe(main, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-say"] });
}
