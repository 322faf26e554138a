// @ts-check
// One EventSource per page. Fragments come as `patch` events and are morphed into the elements of the same id; `resync` fetches
// the page again. No eval, no inline handlers, no build step.
import { morph, visit } from "./morph.js";

const SILENCE_MS = 40_000; // once the server is known to send `beat` every 15 s

const root = document.documentElement;
const address = document.querySelector('meta[name="wib-events"]')?.getAttribute("content");

/** @type {EventSource | undefined} */
let stream;
let heard = 0;
let held = false;
let opened = false;
let beats = false;
/** What came while the page was held: the latest fragment of each id. @type {Map<string, Element>} */
const waiting = new Map();

/** @param {"live" | "again" | "stale" | "held"} state */
function show(state) {
  if (root.dataset.live === state) return;
  root.dataset.live = state;
  if (state === "stale") {
    const since = new Date(heard).toLocaleTimeString("en-GB");
    for (const el of document.querySelectorAll("[data-stale-since]")) el.textContent = since;
    say(`Stale since ${since}. Figures are old.`);
  }
  // Off while we or the server know the figures to be old; everything else stays as the server sent it.
  const old = state === "stale" || document.querySelector("#news .note") !== null;
  for (const el of document.querySelectorAll("button[data-contact]")) el.toggleAttribute("disabled", old);
}

/** @param {string} words */
function say(words) {
  const status = document.getElementById("status");
  if (status) status.textContent = words;
}

function alive() {
  heard = Date.now();
  show(held ? "held" : "live");
}

/** @param {string} html */
function patch(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const part of [...template.content.children]) {
    if (!part.id) continue;
    if (held) waiting.set(part.id, part);
    else morph(part);
  }
}

function open() {
  if (!address || stream) return;
  stream = new EventSource(address);
  stream.addEventListener("open", () => {
    if (opened) visit(location.href).catch(() => {}); // a gap: the snapshot first
    opened = true;
    alive();
  });
  stream.addEventListener("patch", (event) => { alive(); patch(event.data); });
  stream.addEventListener("resync", () => { alive(); visit(location.href).catch(() => {}); });
  stream.addEventListener("beat", () => { beats = true; alive(); });
  stream.addEventListener("error", () => { if (root.dataset.live !== "stale") show("again"); });
}

function close() {
  stream?.close();
  stream = undefined;
}

/** @param {boolean} on */
function hold(on) {
  held = on;
  document.getElementById("hold-updates")?.setAttribute("aria-pressed", String(on));
  if (!on) for (const part of waiting.values()) morph(part);
  waiting.clear();
  if (root.dataset.live !== "stale") show(on ? "held" : "live");
}

if (address) {
  heard = Date.now();
  const button = document.getElementById("hold-updates");
  button?.removeAttribute("hidden");
  button?.addEventListener("click", () => hold(!held));
  document.addEventListener("visibilitychange", () => {
    heard = Date.now(); // a hidden page is not stale, only resting
    if (document.hidden) close();
    else open();
  });
  // A link that reaches people does nothing while the figures are old.
  document.addEventListener("click", (event) => {
    const el = event.target instanceof Element ? event.target.closest("a[data-contact]") : null;
    if (el && root.dataset.live === "stale") event.preventDefault();
  });
  // Leaving: an open stream would hold one of the browser's six connections.
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => { if (!document.hidden) open(); });
  setInterval(() => {
    if (document.hidden) return;
    const quiet = Date.now() - heard;
    const lost = stream?.readyState !== EventSource.OPEN;
    if ((lost && quiet > 5_000) || (beats && quiet > SILENCE_MS)) show("stale");
    if (stream?.readyState === EventSource.CLOSED) { close(); open(); }
  }, 1_000);
  if (!document.hidden) open();
}
