"""Writes polygons.json: random polygons, each with the pixels that pycocotools and LabelMe mark, as COCO's compressed RLE;
and runs.json: random masks as compressed RLE, as uncompressed counts and as Label Studio's brush RLE.

Run in this folder with pycocotools, Pillow and NumPy: python make.py. The committed files came from pycocotools 2.0 and
Pillow 12.3. LabelMe draws a polygon by ImageDraw.polygon(points, outline=1, fill=1).
"""

import json

import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as coco

random = np.random.default_rng(5)


def counts(mask):
    return coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()


def star(width, height, corners):
    """A simple polygon around the centre, as a person draws it."""
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    radius = random.uniform(0.15, 0.45, corners)
    return np.stack([width * (0.5 + radius * np.cos(angles)), height * (0.5 + radius * np.sin(angles))], 1)


polygons = []
for i in range(120):
    width, height = map(int, random.integers(5, 90, 2))
    corners = int(random.integers(3, 14))
    if i % 3 == 0:  # crosses itself and the border
        points = random.uniform(-8, 95, (corners, 2))
    elif i % 3 == 1:
        points = random.integers(-3, 90, (corners, 2)).astype(float)
    else:
        points = star(width, height, corners)
    points = points.round(3)
    drawn = Image.new("L", (width, height))
    ImageDraw.Draw(drawn).polygon([tuple(p) for p in points.tolist()], outline=1, fill=1)
    flat = points.ravel().tolist()
    merged = coco.merge(coco.frPyObjects([flat], height, width))
    polygons.append(
        {
            "width": width,
            "height": height,
            "points": flat,
            "coco": merged["counts"].decode(),
            "labelme": counts(np.array(drawn)),
        }
    )
json.dump(polygons, open("polygons.json", "w"), separators=(",", ":"))


def brush(mask):
    """Label Studio's code of the four channels of a mask: blocks of up to 2, 8, 64 or 65536 values."""
    values = np.repeat((mask.ravel() * 255)[:, None], 4, 1).ravel()
    bits = format(len(values), "032b") + format(7, "05b") + "".join(format(n - 1, "04b") for n in (1, 3, 6, 16))
    at = 0
    while at < len(values):
        run = 1
        while at + run < len(values) and run < 65536 and values[at + run] == values[at]:
            run += 1
        size = next(k for k, n in enumerate((1, 3, 6, 16)) if run <= 1 << n)
        length = format(run - 1, f"0{(1, 3, 6, 16)[size]}b")
        single = run == 1 and at % 3 == 0
        bits += ("0" if single else "1") + format(size, "02b") + length + format(int(values[at]), "08b")
        at += run
    bits += "0" * (-len(bits) % 8)
    return list(int(bits, 2).to_bytes(len(bits) // 8, "big"))


runs = []
for i in range(12):
    height, width = map(int, random.integers(2, 24, 2))
    mask = random.random((height, width)) < (0.1, 0.5, 0.95)[i % 3]
    mask = mask if i < 10 else np.full((height, width), i == 10)
    columns = mask.ravel(order="F").tolist()
    plain, value = [], False
    for pixel in columns:
        if not plain or pixel != value:
            plain += [0] if not plain and pixel else []
            plain.append(0)
            value = pixel
        plain[-1] += 1
    runs.append(
        {
            "pixels": ["".join("#" if p else "." for p in row) for row in mask],
            "compressed": counts(mask),
            "counts": plain,
            "brush": brush(mask.astype(int)),
        }
    )
json.dump(runs, open("runs.json", "w"), separators=(",", ":"))
