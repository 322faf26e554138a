// @ts-check
// `<wib-countdown>`: the seconds until the next call leaves, and at their end the call. When it leaves is the server's to say
// (`data-at`, with the moment of saying it in `data-now`), so a reload goes on where it was and a second window agrees.

/** When each countdown that was seen ends, on this page's clock: a fragment kept by the server is older than it says. @type {Map<string, number>} */
const ends = new Map();

class Countdown extends HTMLElement {
  connectedCallback() {
    const { at = "0", now = "0" } = this.dataset;
    if (!ends.has(at)) ends.set(at, performance.now() + Number(at) - Number(now));
    this.timer = setInterval(() => this.show(), 100);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  /** Nobody is called by it any more. */
  stop() {
    clearInterval(this.timer);
    ends.set(this.dataset.at ?? "0", Infinity);
  }

  show() {
    const left = (ends.get(this.dataset.at ?? "0") ?? Infinity) - performance.now();
    const whole = Number(this.dataset.secs) * 1000;
    const seconds = String(Math.max(0, Math.ceil(left / 1000)));
    const text = this.querySelector("text");
    if (text && text.textContent !== seconds && Number.isFinite(left)) text.textContent = seconds;
    this.querySelector(".rf")?.setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, (left / whole) * 100)) || 0} 100`);
    if (left <= 0) this.leave();
  }

  leave() {
    const form = document.getElementById("call-next");
    if (!(form instanceof HTMLFormElement)) return;
    // What the page knows is old: a hand may still call, nothing does so by itself.
    if (document.documentElement.dataset.live === "stale" || form.querySelector("button[disabled]")) return;
    this.stop();
    const auto = form.elements.namedItem("auto");
    if (auto instanceof HTMLInputElement) auto.value = "1";
    form.requestSubmit();
  }
}

customElements.define("wib-countdown", Countdown);

// Whatever a hand decides, the countdown is over at once, and not when the server has answered.
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !/\/cockpit\/(stay|call|state)$/.test(event.target.action)) return;
  for (const countdown of document.querySelectorAll("wib-countdown")) if (countdown instanceof Countdown) countdown.stop();
}, { capture: true });
