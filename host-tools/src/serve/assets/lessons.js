// Teaching: examples are collected, then shown to the last layer again and again until it knows them.

// The step that the tool's and the boards' fine-tuning take.
const LEARNING_RATE = 0.01;
const PASSES = 60;
// An example is known from here on: no more is taught than needed, so that the other classes stay as they are.
const KNOWN = 0.9;
const MOST = 64;

const $ = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(0)} %`;

export class Lessons {
  /** `act` runs what may fail, `update` shows the drawing as it is now, `changed` does that soon. */
  constructor(core, act, update, changed) {
    Object.assign(this, { core, act, update, changed });
    this.examples = [];
    // No class: a guess here would be taught as the truth.
    this.chosen = null;
    this.running = false;
    this.taught = false;
    this.blank = true;
    $("add").addEventListener("click", () => act(() => this.add()));
    $("teach").addEventListener("click", () => act(() => this.teach()));
  }

  /** Begins anew, with the classes of a model. */
  show(count, label) {
    this.label = label;
    this.examples = [];
    this.running = false;
    this.taught = false;
    $("examples").replaceChildren();
    $("classes").replaceChildren(...Array.from({ length: count }, (_, index) => {
      const chip = document.createElement("label");
      chip.className = "chip";
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "class", value: index });
      input.addEventListener("change", () => this.choose(index));
      const name = document.createElement("span");
      name.textContent = label(index);
      chip.append(input, name);
      return chip;
    }));
    this.chosen = null;
    this.enable();
  }

  choose(index) {
    const input = $("classes").querySelectorAll("input")[index];
    if (!input) return;
    input.checked = true;
    this.chosen = index;
    this.enable();
  }

  /** Whether there is anything on the canvas. */
  drawn(drawn) {
    this.blank = !drawn;
    this.enable();
  }

  enable() {
    const unknown = this.chosen === null;
    $("add").disabled = this.blank || unknown || this.running || this.examples.length >= MOST;
    $("add").textContent = unknown && !this.blank ? "Choose what it is first" : "Add as an example";
    $("teach").disabled = this.running || this.examples.length === 0;
    $("restore").disabled = this.running || !this.taught;
    $("download").disabled = this.running;
  }

  /** How sure the network is of an example's class. */
  sure(example) {
    this.core.pixels.set(example.pixels);
    this.core.infer();
    return this.core.probabilities[example.label];
  }

  /** The drawing becomes an example. */
  add() {
    // The core may still hold another example.
    this.update();
    const example = { pixels: this.core.pixels.slice(), label: this.chosen };
    example.before = this.sure(example);
    example.item = this.item(example);
    this.examples.push(example);
    $("examples").append(example.item);
    this.look();
    this.enable();
    $("lesson").textContent = `${this.examples.length} to learn from`;
    this.changed();
  }

  item(example) {
    const item = document.createElement("li");
    const [, rows, columns] = this.core.model.input;
    const picture = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const context = picture.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let at = 0; at < rows * columns; at++) {
      image.data.set([0, 0, 0].fill(example.pixels[at]), 4 * at);
      image.data[4 * at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    const what = Object.assign(document.createElement("span"), { className: "what" });
    what.textContent = this.label(example.label);
    example.text = document.createElement("span");
    const words = document.createElement("span");
    words.append(what, example.text);
    const remove = Object.assign(document.createElement("button"), { textContent: "×", type: "button" });
    remove.setAttribute("aria-label", `remove this example of ${this.label(example.label)}`);
    remove.addEventListener("click", () => {
      if (this.running) return;
      this.examples = this.examples.filter((other) => other !== example);
      item.remove();
      this.enable();
      $("add").focus();
    });
    item.append(picture, words, remove);
    return item;
  }

  /** Shows how sure the network is of each example, before and now; whether it knows all. */
  look() {
    let all = true;
    for (const example of this.examples) {
      const now = this.sure(example);
      const known = now >= KNOWN;
      all &&= known;
      example.item.classList.toggle("learnt", known);
      const same = now === example.before;
      example.text.textContent = same ? percent(now) : `${percent(example.before)} → ${percent(now)}`;
    }
    return all;
  }

  /** A pass over the examples for each picture of the screen, until all are known. */
  async teach() {
    this.running = true;
    const examples = [...this.examples];
    this.enable();
    try {
      let [pass, known, loss] = [0, this.look(), NaN];
      if (known) {
        $("lesson").textContent = "it already knows them all: add examples that it does not know";
        return;
      }
      while (pass < PASSES && !known && this.running) {
        loss = 0;
        for (const { pixels, label } of examples) {
          loss += this.core.teach(pixels, label, LEARNING_RATE) / examples.length;
          this.taught = true;
        }
        pass += 1;
        known = this.look();
        $("lesson").textContent = `pass ${pass}: mean loss ${loss.toFixed(3)}`;
        this.changed();
        await new Promise((next) => { requestAnimationFrame(next); });
      }
      const outcome = known ? "it knows them all"
        : "it does not know them all yet: teach again, or add more examples";
      const passes = pass === 1 ? "1 pass" : `${pass} passes`;
      $("lesson").textContent = `${passes}, mean loss ${loss.toFixed(3)}: ${outcome}`;
    } catch (error) {
      this.act(() => { throw error; });
    } finally {
      this.running = false;
      this.enable();
      this.changed();
    }
  }

  /** Back to the model file; the examples stay. */
  restore() {
    this.core.restore();
    this.taught = false;
    this.look();
    this.enable();
    $("lesson").textContent = "all teaching undone";
  }
}
