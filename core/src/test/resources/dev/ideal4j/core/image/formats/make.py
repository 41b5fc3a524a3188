"""Writes small pictures of every kind, each with what Pillow makes of it: NAME.EXT and NAME.EXT.rgb (convert("RGB")).

Run in this folder with Pillow and NumPy: python make.py. The committed files came from Pillow 12.3.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

W, H = 19, 13
random = np.random.default_rng(7)
ys, xs = np.mgrid[0:H, 0:W]
SMOOTH = np.stack([xs * 13, ys * 19, (xs + ys) * 8], 2).astype(np.uint8)
NOISE = random.integers(0, 256, (H, W, 4), dtype=np.uint8)
GREY = NOISE[:, :, 0]


def keep(name, data, expected=None):
    open(name, "wb").write(data)
    open(name + ".rgb", "wb").write(expected or Image.open(io.BytesIO(data)).convert("RGB").tobytes())


def save(name, image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    keep(name, out.getvalue())


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(row, bits):
    """One row of samples as PNG packs them, the first in the high bits."""
    if bits == 16:
        return b"".join(struct.pack(">H", v) for v in row)
    if bits == 8:
        return bytes(row)
    joined = "".join(format(v, f"0{bits}b") for v in row)
    joined += "0" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big")


def png(samples, bits, colour, extra=b"", interlaced=False):
    """PNG of (H, W, channels) samples, unfiltered; Adam7 when interlaced."""
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    raw = b""
    for y, x, dy, dx in passes:
        part = samples[y::dy, x::dx]
        if part.size:
            raw += b"".join(b"\0" + pack(row.ravel().tolist(), bits) for row in part)
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], bits, colour, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(raw, 9))
        + chunk(b"IEND", b"")
    )


def palette(colours):
    return chunk(b"PLTE", random.integers(0, 256, 3 * colours, dtype=np.uint8).tobytes())


gamma = chunk(b"gAMA", struct.pack(">I", 100000))
for bits in (1, 2, 4, 8):
    few = (GREY >> (8 - bits))[:, :, None]
    keep(f"grey{bits}.png", png(few, bits, 0, gamma))
    keep(f"palette{bits}.png", png(few, bits, 3, palette(1 << bits) + chunk(b"tRNS", bytes([0, 128]))))
keep("grey8_trns.png", png(GREY[:, :, None], 8, 0, chunk(b"tRNS", struct.pack(">H", int(GREY[0, 0])))))
keep("grey_alpha8.png", png(NOISE[:, :, :2], 8, 4))
keep("rgb8.png", png(NOISE[:, :, :3], 8, 2, gamma))
keep("rgb8_trns.png", png(NOISE[:, :, :3], 8, 2, chunk(b"tRNS", struct.pack(">3H", *map(int, NOISE[0, 0, :3])))))
keep("rgba8.png", png(NOISE, 8, 6))
keep("rgb8_interlaced.png", png(NOISE[:, :, :3], 8, 2, interlaced=True))
keep("grey2_interlaced.png", png((GREY >> 6)[:, :, None], 2, 0, interlaced=True))
deep = random.integers(0, 65536, (H, W, 4), dtype=np.uint16)
keep("rgb16.png", png(deep[:, :, :3], 16, 2))
keep("rgba16.png", png(deep, 16, 6))
keep("grey_alpha16.png", png(deep[:, :, :2], 16, 4))
# Pillow clips 16-bit grey at 255; the upper 8 bits are what a user means.
upper = np.repeat((deep[:, :, 0] >> 8).astype(np.uint8), 3).tobytes()
keep("grey16.png", png(deep[:, :, :1], 16, 0), upper)

rgb = Image.fromarray(SMOOTH)
save("baseline420.jpg", rgb, format="JPEG", quality=90, subsampling=2, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
save("baseline444.jpg", rgb, format="JPEG", quality=95, subsampling=0)
save("rgb.jpg", rgb, format="JPEG", quality=95, keep_rgb=True)
save("progressive.jpg", rgb, format="JPEG", quality=85, progressive=True)
save("grey.jpg", rgb.convert("L"), format="JPEG", quality=90)
cmyk = Image.frombytes("CMYK", (W, H), np.dstack([SMOOTH, 255 - SMOOTH[:, :, 0]]).tobytes())
save("cmyk.jpg", cmyk, format="JPEG", quality=95)
adobe = io.BytesIO()
cmyk.save(adobe, "JPEG", quality=95)
data = bytearray(adobe.getvalue())
at = data.index(b"Adobe")
data[at + 11] = 2
keep("ycck.jpg", bytes(data))

save("rgb24.bmp", Image.fromarray(NOISE[:, :, :3]), format="BMP")
save("grey8.bmp", Image.fromarray(GREY), format="BMP")
save("bilevel.bmp", Image.fromarray(GREY > 127), format="BMP")
save("palette8.bmp", Image.fromarray(SMOOTH).quantize(50), format="BMP")
save("rgba32.bmp", Image.fromarray(NOISE), format="BMP")
words = (NOISE[:, :, 0] >> 3).astype(np.uint16) << 11 | (NOISE[:, :, 1] >> 2).astype(np.uint16) << 5 | NOISE[:, :, 2] >> 3
rows = b"".join(words[y].tobytes() + b"\0" * (-2 * W % 4) for y in range(H))
head = struct.pack("<IiiHHIIiiII", 40, W, -H, 1, 16, 3, len(rows), 2835, 2835, 0, 0) + struct.pack("<3I", 0xF800, 0x7E0, 0x1F)
keep("rgb565_topdown.bmp", b"BM" + struct.pack("<IHHI", 66 + len(rows), 0, 0, 66) + head + rows)

picture = Image.fromarray(NOISE[:, :, :3])
save("rgb_none.tif", picture, format="TIFF")
for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
    save(f"rgb_{name.removeprefix('tiff_')}.tif", Image.fromarray(SMOOTH), format="TIFF", compression=name)
save("rgb_jpeg.tif", Image.fromarray(SMOOTH), format="TIFF", compression="jpeg", quality=95)
save("grey_jpeg.tif", rgb.convert("L"), format="TIFF", compression="jpeg", quality=95)
save("rgb_jpeg_strips.tif", rgb, format="TIFF", compression="jpeg", quality=95, tiffinfo={278: 8})
save("group3.tif", Image.fromarray(GREY > 127), format="TIFF", compression="group3")
save("group4.tif", Image.fromarray(GREY > 127), format="TIFF", compression="group4")
save("grey8.tif", Image.fromarray(GREY), format="TIFF")
save("bilevel.tif", Image.fromarray(GREY > 127), format="TIFF")
save("palette8.tif", Image.fromarray(SMOOTH).quantize(50), format="TIFF")
save("rgba8.tif", Image.fromarray(NOISE), format="TIFF")
save("grey_alpha8.tif", Image.fromarray(NOISE[:, :, :2].copy(), "LA"), format="TIFF")
save("cmyk.tif", Image.frombytes("CMYK", (W, H), NOISE.tobytes()), format="TIFF")

def tiff(tags, samples):
    """Little-endian TIFF of one strip."""
    entries = [(256, 4, W), (257, 4, H), (273, 4, 8), (278, 4, H), (279, 4, len(samples))] + tags
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in sorted(entries):
        directory += struct.pack("<HHII", tag, kind, 1, value)
    return b"II*\0" + struct.pack("<I", 8 + len(samples)) + samples + directory + b"\0\0\0\0"


keep("grey16.tif", tiff([(258, 3, 16), (259, 3, 1), (262, 3, 1), (277, 3, 1)], deep[:, :, 0].tobytes()), upper)
keep("white_is_zero8.tif", tiff([(258, 3, 8), (259, 3, 1), (262, 3, 0), (277, 3, 1)], GREY.tobytes()))

save("lossless.webp", Image.fromarray(NOISE[:, :, :3]), format="WEBP", lossless=True)
save("lossless_alpha.webp", Image.fromarray(NOISE), format="WEBP", lossless=True, exact=True)
save("palette.webp", Image.fromarray(SMOOTH).quantize(9).convert("RGB"), format="WEBP", lossless=True)
save("lossy.webp", rgb, format="WEBP", quality=95)
save("palette.gif", Image.fromarray(SMOOTH).quantize(50), format="GIF")
save("grey.gif", Image.fromarray(GREY), format="GIF")
save("interlaced.gif", Image.fromarray(GREY), format="GIF", interlace=1)
frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
save("two_frames.gif", frames[0], format="GIF", save_all=True, append_images=frames[1:])

size = f"{W} {H}\n".encode()
bits = GREY > 127
text = lambda values: b"\n".join(b" ".join(str(v).encode() for v in row) for row in values.reshape(H, -1).tolist()) + b"\n"
keep("plain.pbm", b"P1\n# a comment\n" + size + text(bits.astype(int)))
keep("plain.pgm", b"P2\n" + size + b"255\n" + text(GREY))
keep("plain.ppm", b"P3\n" + size + b"255\n" + text(NOISE[:, :, :3]))
keep("binary.pbm", b"P4\n" + size + np.packbits(bits, axis=1).tobytes())
keep("binary.pgm", b"P5\n#c\n" + size + b"255\n" + GREY.tobytes())
keep("binary.ppm", b"P6\n" + size + b"255\n" + NOISE[:, :, :3].tobytes())
keep("levels15.pgm", b"P5\n" + size + b"15\n" + (GREY >> 4).tobytes())
keep("grey16.pgm", b"P5\n" + size + b"65535\n" + deep[:, :, 0].astype(">u2").tobytes(), upper)
upper_rgb = (deep[:, :, :3] >> 8).astype(np.uint8).tobytes()
keep("rgb16.ppm", b"P6\n" + size + b"65535\n" + deep[:, :, :3].astype(">u2").tobytes(), upper_rgb)
