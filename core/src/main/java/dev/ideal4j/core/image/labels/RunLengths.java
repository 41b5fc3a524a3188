package dev.ideal4j.core.image.labels;

import java.util.Arrays;

/** COCO's RLE: the lengths of alternating runs of unmarked and marked pixels in column-major order. */
final class RunLengths {
    private RunLengths() {}

    /**
     * Decodes COCO's compressed form. A character contains five bits. From the fourth length on, each length is stored
     * as the difference to the second length before it.
     */
    static int[] decompress(String text) throws LabelFault {
        int[] counts = new int[text.length()];
        int count = 0;
        for (int at = 0; at < text.length(); count++) {
            long value = 0;
            int shift = 0;
            int bits;
            do {
                bits = at < text.length() && shift < 35 ? text.charAt(at++) - 48 : -1;
                if (bits < 0 || bits > 63) {
                    throw new LabelFault("damaged compressed RLE at character " + at, "COCO's compressed counts");
                }
                value |= (bits & 31L) << shift;
                shift += 5;
            } while ((bits & 32) != 0);
            value = (bits & 16) != 0 ? value | -1L << shift : value;
            counts[count] = (int) (count > 2 ? value + counts[count - 2] : value);
        }
        return Arrays.copyOf(counts, count);
    }

    /** Encodes the marked pixels in COCO's compressed form, as the inverse of {@link #decompress}. */
    static String compress(Canvas canvas) {
        StringBuilder text = new StringBuilder();
        int[] before = new int[3];
        int count = 0;
        boolean marked = false;
        int begin = 0;
        for (int i = 0; i <= canvas.pixels.length; i++) {
            boolean end = i == canvas.pixels.length;
            if (!end && canvas.pixels[i % canvas.height * canvas.width + i / canvas.height] == marked) {
                continue;
            }
            append(count > 2 ? i - begin - before[(count - 2) % 3] : i - begin, text);
            before[count % 3] = i - begin;
            count++;
            begin = i;
            marked = !marked;
        }
        return text.toString();
    }

    private static void append(int value, StringBuilder text) {
        int left = value;
        boolean more;
        do {
            int bits = left & 31;
            left >>= 5;
            more = (bits & 16) != 0 ? left != -1 : left != 0;
            text.append((char) ((more ? bits | 32 : bits) + 48));
        } while (more);
    }

    /**
     * Returns the area of the given runs.
     *
     * @throws LabelFault if the runs do not fill an image of the given size
     */
    static Area area(int[] counts, int width, int height) throws LabelFault {
        long sum = 0;
        for (int count : counts) {
            if (count < 0) {
                throw new LabelFault("a run of " + count + " pixels", "0 or more");
            }
            sum += count;
        }
        if (sum != (long) width * height) {
            throw new LabelFault(
                    "runs of " + sum + " pixels", (long) width * height + ", all of " + width + "×" + height);
        }
        return canvas -> {
            if (canvas.width != width || canvas.height != height) {
                throw new LabelFault(
                        "an RLE of " + width + "×" + height + " pixels", canvas.width + "×" + canvas.height);
            }
            long at = 0;
            for (int i = 0; i < counts.length; at += counts[i], i++) {
                if (i % 2 == 1) {
                    canvas.columns(at, at + counts[i]);
                }
            }
        };
    }
}
