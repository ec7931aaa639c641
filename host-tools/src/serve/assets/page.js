// The page: a drawing goes through the core, and what comes out is shown.

import { Canvas } from "./canvas.js";
import { Core } from "./core.js";
import { Lessons } from "./lessons.js";
import { MapPicture, colours } from "./maps.js";

const $ = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(share > 0.0005 && share < 0.1 ? 1 : 0)} %`;

let core, canvas, lessons, theme;
let bars = [], pictures = [], times = [];
let waiting = false, speaking = 0;

/** Says what went wrong, or with nothing, that all is well. */
function say(text = "") {
  $("message").textContent = text;
  $("message").hidden = text === "";
}

/** Runs something that may fail, and says so if it does; the page goes on. */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    say(error.message);
  }
}

/** The same for what the user does: what was said before is over. */
function act(work) {
  say();
  return attempt(work);
}

function label(index) {
  const { labels, outputs } = core.model;
  return labels.length === outputs ? labels[index] : String(index);
}

function element(name, className, ...content) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...content);
  return made;
}

/** Builds the parts of the page that depend on the model. */
function show(model) {
  document.title = `${model.name} – tinyconv`;
  $("model").textContent = `${model.name}, ${model.parameters.toLocaleString("en")} parameters`;
  $("bars").replaceChildren();
  bars = Array.from({ length: model.outputs }, (_, index) => {
    const bar = element("div", "bar");
    const share = element("span", "share");
    const name = element("span", "label", label(index));
    const item = element("li", "", name, element("div", "track", bar), share);
    $("bars").append(item);
    return { item, bar, share };
  });
  $("maps").replaceChildren();
  const name = ({ name, kind }) => (name ? `${name}: ${kind}` : kind);
  pictures = [{ picture: new MapPicture("the input", model.input, $("maps")) }];
  for (const { layers, shape, at } of model.maps) {
    const picture = new MapPicture(layers.map(name).join(", "), shape, $("maps"));
    pictures.push({ picture, from: at, to: at + shape[0] * shape[1] * shape[2] });
  }
  fit();
  times = [];
  lessons.show(model.outputs, label);
}

function fit() {
  for (const { picture } of pictures) picture.fit($("maps").clientWidth);
}

/** Computes and shows what the network makes of the drawing, once for each picture of the screen. */
function later() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    attempt(update);
  });
}

function update() {
  const drawn = core.prepare(canvas.ink());
  $("hint").hidden = drawn;
  lessons.drawn(drawn);
  // For a blank input too: the maps show what the biases alone give.
  const start = performance.now();
  try {
    core.infer();
  } catch (error) {
    showAnswer(false);
    throw error;
  }
  const time = performance.now() - start;
  if (drawn) times = [...times.slice(-100), time];
  showTime(time);
  showAnswer(drawn);
  for (const { picture, from, to } of pictures) {
    const numbers = from === undefined ? core.pixels : core.maps.subarray(from, to);
    picture.draw(numbers, theme);
  }
}

function showTime(time) {
  if (times.length === 0) return;
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  $("time").textContent = `inference ${time.toFixed(2)} ms, median ${median.toFixed(2)} ms of ${times.length}`;
  Object.assign($("time").dataset, { median, count: times.length });
}

function showAnswer(drawn) {
  const shares = core.probabilities;
  const best = shares.indexOf(Math.max(...shares));
  bars.forEach(({ item, bar, share }, index) => {
    item.classList.toggle("best", drawn && index === best);
    bar.style.transform = `scaleX(${drawn ? shares[index] : 0})`;
    share.textContent = drawn ? percent(shares[index]) : "";
  });
  $("answer").textContent = drawn ? label(best) : "–";
  $("sure").textContent = drawn ? percent(shares[best]) : "";
  // A screen reader hears the answer when the hand rests, not each of them while drawing.
  clearTimeout(speaking);
  const spoken = drawn ? `${label(best)}, ${percent(shares[best])}` : "nothing drawn yet";
  speaking = setTimeout(() => { $("spoken").textContent = spoken; }, 500);
}

async function open(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  act(() => {
    try {
      show(core.open(bytes));
    } catch (error) {
      throw new Error(`${file.name}: ${error.message}`);
    }
    update();
  });
}

function download(bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = `${core.model.name.replace(/[^\w.-]+/g, "-") || "model"}-taught.tinyconv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function listen() {
  $("clear").addEventListener("click", () => canvas.clear());
  $("restore").addEventListener("click", () => act(() => { lessons.restore(); update(); }));
  $("download").addEventListener("click", () => act(() => download(core.save())));
  $("open").addEventListener("change", () => {
    const [file] = $("open").files;
    // The same file may be chosen again.
    if (file) open(file).finally(() => { $("open").value = ""; });
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (file) open(file);
  });
  addEventListener("keydown", (event) => {
    const typing = event.ctrlKey || event.altKey || event.metaKey;
    if (!typing && /^[0-9]$/.test(event.key)) lessons.choose(Number(event.key));
  });
  addEventListener("resize", () => { fit(); later(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { theme = colours(); later(); });
}

async function start() {
  theme = colours();
  const [loaded, file] = await Promise.all([Core.load("core.wasm"), fetch("model.tinyconv")]);
  core = loaded;
  // For those who look behind the page, in the browser's console.
  window.tinyconv = core;
  canvas = new Canvas($("canvas"), $("cursor"), () => { say(); later(); });
  lessons = new Lessons(core, act, update, later);
  listen();
  await open({ name: "the model file", arrayBuffer: () => file.arrayBuffer() });
  document.body.dataset.ready = "";
}

start().catch((error) => say(`the page cannot start: ${error.message}`));
