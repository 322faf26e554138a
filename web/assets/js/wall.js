// @ts-check
// The wall board's one control, where the browser can fill the screen; it is gone while it does.
const button = document.getElementById("full-screen");

if (button && document.fullscreenEnabled) {
  const show = () => button.toggleAttribute("hidden", document.fullscreenElement !== null);
  button.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
  document.addEventListener("fullscreenchange", show);
  show();
}
