// @ts-check
// Life for pages that work without it. Each module finds what it serves and leaves every other page alone.
import "./live.js";
import "./tick.js";
import "./forms.js";
import "./keys.js";
import "./menu.js";
import "./countdown.js";
import "./note.js";
import "./say.js";
import "./send.js";
import "./wall.js";

document.documentElement.classList.add("scripted");
