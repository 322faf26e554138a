// @ts-check
// The page's clock and its durations go on between two fragments. The server's figures rule: every fragment sets them again.

const meta = document.querySelector('meta[name="wib-now"]');
const rate = Number(meta?.getAttribute("data-rate") ?? 1);
/** What the server's clock said last, and when we heard it. */
let anchor = { server: Number(meta?.getAttribute("content") ?? Date.now()), here: performance.now(), told: "" };

function now() {
  const clock = document.getElementById("clock");
  const told = clock?.dataset.now ?? "";
  if (told && told !== anchor.told) anchor = { server: Number(told), here: performance.now(), told };
  return anchor.server + (performance.now() - anchor.here) * rate;
}

/** @param {number} ms */
function timer(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return s < 3600 ? `${two(Math.floor(s / 60))}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** @param {HTMLElement} clock @param {number} at */
function showClock(clock, at) {
  const zone = clock.dataset.zone;
  const time = clock.querySelector("time");
  if (!zone || !time) return;
  const words = time.textContent ?? "";
  const clockWords = new Date(at).toLocaleTimeString("en-GB", { timeZone: zone });
  time.textContent = clockWords + words.slice(8); // the zone's abbreviation stays as the server wrote it
}

function tick() {
  if (document.hidden || document.documentElement.dataset.live === "stale" || document.documentElement.dataset.live === "held") return;
  const at = now();
  const clock = document.getElementById("clock");
  if (clock) showClock(clock, at);
  for (const el of document.querySelectorAll("time[data-since]")) {
    const words = timer(at - Number(/** @type {HTMLElement} */ (el).dataset.since));
    if (el.textContent !== words) el.textContent = words;
  }
}

if (meta) {
  now(); // from here on, time passes
  setInterval(tick, 1000);
}
