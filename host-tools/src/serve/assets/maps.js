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

  /** Chooses how many tiles stand side by side in the width that there is. */
  fit(width) {
    const [channels, rows, columns] = this.shape;
    const longest = Math.max(rows, columns);
    this.scale = Math.max(1, Math.min(longest === 1 ? 14 : 8, Math.round(64 / longest)));
    const tile = (columns + GAP) * this.scale;
    this.across = Math.max(1, Math.min(channels, Math.floor((width + GAP * this.scale) / tile)));
    const down = Math.ceil(channels / this.across);
    this.canvas.width = this.across * (columns + GAP) - GAP;
    this.canvas.height = down * (rows + GAP) - GAP;
    this.canvas.style.width = `${this.canvas.width * this.scale}px`;
  }

  /** Shows the numbers: zero as the ground, the largest in full colour. */
  draw(numbers, { zero, positive, negative }) {
    const [channels, rows, columns] = this.shape;
    let most = 0;
    for (const number of numbers) most = Math.max(most, Math.abs(number));
    const { width, height } = this.canvas;
    const image = this.context.createImageData(width, height);
    for (let index = 0; index < numbers.length; index++) {
      const channel = Math.floor(index / (rows * columns));
      const row = Math.floor(index / columns) % rows + Math.floor(channel / this.across) * (rows + GAP);
      const column = index % columns + channel % this.across * (columns + GAP);
      const share = most > 0 ? numbers[index] / most : 0;
      const towards = share < 0 ? negative : positive;
      const strength = Math.sqrt(Math.abs(share));
      for (let part = 0; part < 3; part++) {
        image.data[4 * (row * width + column) + part] = zero[part] + (towards[part] - zero[part]) * strength;
      }
      image.data[4 * (row * width + column) + 3] = 255;
    }
    this.context.putImageData(image, 0, 0);
  }
}
