// A canvas to draw on with a mouse, a finger, a pen, or the keyboard.

const PEN = 24;
const STEP = 10;
const FINE = 2;

export class Canvas {
  /** `changed` is called when there is more or less ink. */
  constructor(canvas, cursor, changed) {
    this.canvas = canvas;
    this.cursor = cursor;
    this.changed = changed;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.at = { x: canvas.width / 2, y: canvas.height / 2 };
    this.down = false;
    this.last = null;
    this.colour();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => { this.last = null; });
    }
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => { this.lift(); this.cursor.hidden = true; });
  }

  colour() {
    const ink = getComputedStyle(this.canvas).getPropertyValue("--ink").trim();
    Object.assign(this.context, { strokeStyle: ink, fillStyle: ink, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  }

  /** Gives the ink that is there the colour of the theme; how much there is stays. */
  recolour() {
    this.colour();
    this.context.globalCompositeOperation = "source-in";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.globalCompositeOperation = "source-over";
  }

  /** Where the event is, in points of the drawing. */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * this.canvas.width / box.width,
      y: (event.clientY - box.top) * this.canvas.height / box.height,
    };
  }

  press(event) {
    if (event.button !== 0 || this.last) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.last = this.place(event);
    this.line(this.last, this.last);
  }

  move(event) {
    if (!this.last || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const next = this.place(each);
      this.line(this.last, next);
      this.last = next;
    }
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? FINE : STEP;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move) {
      const inside = (value, end) => Math.min(Math.max(value, 0), end);
      const next = {
        x: inside(this.at.x + move[0], this.canvas.width),
        y: inside(this.at.y + move[1], this.canvas.height),
      };
      if (this.down) this.line(this.at, next);
      this.at = next;
      this.show();
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      this.down = !this.down;
      if (this.down) this.line(this.at, this.at);
      this.show();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
  }

  lift() {
    this.down = false;
    this.cursor.classList.remove("down");
  }

  show() {
    this.cursor.hidden = false;
    this.cursor.classList.toggle("down", this.down);
    this.cursor.style.left = `${100 * this.at.x / this.canvas.width}%`;
    this.cursor.style.top = `${100 * this.at.y / this.canvas.height}%`;
  }

  line(from, to) {
    this.context.beginPath();
    this.context.moveTo(from.x, from.y);
    this.context.lineTo(to.x, to.y);
    this.context.stroke();
    this.changed();
  }

  clear() {
    this.lift();
    this.last = null;
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.changed();
  }

  /** A byte for each point: how much ink there is. */
  ink() {
    const { data } = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    const ink = new Uint8Array(data.length / 4);
    for (let point = 0; point < ink.length; point++) ink[point] = data[4 * point + 3];
    return ink;
  }
}
