"""Writes pictures that a small network can tell apart, as PNG files: pictures.py DIRECTORY CLASSES CHANNELS ROWS COLUMNS.

A class is the place of a bright bar and its slant; a picture adds noise of its own. With 1 class, the pictures have
a target instead, the brightness of the bar, in targets.csv.
"""

import random
import struct
import sys
import zlib
from pathlib import Path


def png(rows, channels):
    """The bytes of a PNG file of 8 bits for each channel."""

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    width = len(rows[0]) // channels
    header = struct.pack(">IIBBBBB", width, len(rows), 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def picture(place, slant, bright, channels, rows, columns, noise):
    """Rows of pixels, channel by channel within a pixel."""

    def pixel(row, column, channel):
        at = place * columns + slant * (row - rows / 2)
        inside = abs(column - at % columns) < max(1, columns / 12)
        level = bright if inside else 40 + 40 * channel * place
        return min(255, max(0, int(level + noise.gauss(0, 6))))

    return [
        [pixel(row, column, channel) for column in range(columns) for channel in range(channels)]
        for row in range(rows)
    ]


def main():
    directory, (classes, channels, rows, columns) = Path(sys.argv[1]), map(int, sys.argv[2:])
    noise = random.Random(1)
    targets = []
    for of_class in range(classes):
        place, slant = (of_class % 10 + 0.5) / min(classes, 10), of_class // 10 / 5 - 1
        for number in range(60 if classes == 1 else 40):
            bright = 80 + 170 * noise.random() if classes == 1 else 230
            content = png(picture(place, slant, bright, channels, rows, columns, noise), channels)
            # The classes are no digits, and not in the order of their places.
            folder = directory if classes == 1 else directory / f"class {chr(97 + of_class * 7 % 26)}{of_class}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.png").write_bytes(content)
            targets.append(f"{number}.png,{(bright - 80) / 170:.6f}")
    if classes == 1:
        (directory / "targets.csv").write_text("\n".join(["file,value", *targets]) + "\n")


main()
