// Small pictures of a network's maps: a tile for each channel, a pixel for each number.

const GAP = 1;

/** A colour of the theme as [red, green, blue]. */
function colour(name) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
}

export function colours() {
  return { zero: colour("--zero"), positive: colour("--accent"), negative: colour("--negative") };
}

/** A picture of a map with the given name. */
export class MapPicture {
  constructor(name, shape, place) {
    this.shape = shape;
    const [channels, rows, columns] = shape;
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const size = document.createElement("span");
    size.className = "shape";
    size.textContent = rows * columns === 1 ? `${channels}` : `${channels} × ${rows} × ${columns}`;
    caption.append(name, " ", size);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", name);
    figure.append(caption, this.canvas);
    place.append(figure);
    this.context = this.canvas.getContext("2d");
  }

  /** Chooses how large tiles are, and how many of them stand side by side, in the width that there is. */
  fit(width) {
    const [channels, rows, columns] = this.shape;
    const longest = Math.max(rows, columns);
    // A number alone is a square of several pixels, so that the gap is narrower than it.
    this.cell = longest === 1 ? 4 : 1;
    const wanted = channels === 1 ? 112 : Math.min(Math.max(width / 7, 48), 84);
    this.scale = longest === 1 ? 5 : Math.max(1, Math.min(12, Math.round(wanted / longest)));
    [this.tileRows, this.tileColumns] = [rows * this.cell + GAP, columns * this.cell + GAP];
    const across = Math.floor((width / this.scale + GAP) / this.tileColumns);
    this.across = Math.max(1, Math.min(channels, across));
    const down = Math.ceil(channels / this.across);
    this.canvas.width = this.across * this.tileColumns - GAP;
    this.canvas.height = down * this.tileRows - GAP;
    this.canvas.style.width = `${this.canvas.width * this.scale}px`;
  }

  /** Shows the numbers: zero as the ground, the largest in full colour. */
  draw(numbers, { zero, positive, negative }) {
    const [, rows, columns] = this.shape;
    let most = 0;
    for (const number of numbers) most = Math.max(most, Math.abs(number));
    for (let index = 0; index < numbers.length; index++) {
      const channel = Math.floor(index / (rows * columns));
      const row = Math.floor(index / columns) % rows;
      const column = index % columns;
      const share = most > 0 ? numbers[index] / most : 0;
      const towards = share < 0 ? negative : positive;
      const strength = Math.sqrt(Math.abs(share));
      const parts = zero.map((part, at) => Math.round(part + (towards[at] - part) * strength));
      this.context.fillStyle = `rgb(${parts.join(" ")})`;
      this.context.fillRect(
        channel % this.across * this.tileColumns + column * this.cell,
        Math.floor(channel / this.across) * this.tileRows + row * this.cell,
        this.cell, this.cell,
      );
    }
  }
}
