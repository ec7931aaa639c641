// The core, compiled to WebAssembly: numbers go in and out through its memory, messages come out as text.

export class Core {
  /** Fetches and starts the program. */
  static async load(url) {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(url), {});
    return new Core(instance.exports);
  }

  constructor(exports) {
    this.exports = exports;
    this.side = exports.side();
    this.model = null;
    this.loss = NaN;
  }

  bytes(at, length) {
    return new Uint8Array(this.exports.memory.buffer, at, length);
  }

  numbers(at, length) {
    return new Float32Array(this.exports.memory.buffer, at, length);
  }

  text() {
    return new TextDecoder().decode(this.bytes(this.exports.text(), this.exports.text_length()));
  }

  done(status) {
    if (status !== 0) throw new Error(this.text());
  }

  /** Opens a model file; an error says what is wrong with it, and the model before stays open. */
  open(file) {
    // A file that is too long is not copied: its length says enough.
    if (file.length <= this.exports.file_capacity()) {
      this.bytes(this.exports.file(), file.length).set(file);
    }
    this.done(this.exports.open(file.length));
    this.model = JSON.parse(this.text());
    const { outputs, maps, input } = this.model;
    const last = maps[maps.length - 1];
    const size = ([channels, rows, columns]) => channels * rows * columns;
    this.pixels = this.bytes(this.exports.pixels(), size(input));
    this.probabilities = this.numbers(this.exports.probabilities(), outputs);
    this.maps = this.numbers(this.exports.maps(), last.at + size(last.shape));
    return this.model;
  }

  /** Makes the network's input of a drawing: a byte of ink for each point. Whether there is any. */
  prepare(ink) {
    this.bytes(this.exports.drawing(), ink.length).set(ink);
    return this.exports.prepare() === 0;
  }

  /** Computes maps and probabilities of the input. */
  infer() {
    this.done(this.exports.infer());
  }

  /** Trains with an example; returns its loss before. */
  teach(pixels, label, learningRate) {
    this.pixels.set(pixels);
    this.done(this.exports.teach(label, learningRate));
    return this.exports.loss();
  }

  /** Goes back to the parameters of the model file. */
  restore() {
    this.done(this.exports.restore());
  }

  /** The bytes of a model file with what was taught. */
  save() {
    const length = this.exports.save();
    if (length === 0) throw new Error(this.text());
    return this.bytes(this.exports.file(), length).slice();
  }
}
