package dev.ideal4j.core.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;

/** Damages files in every way that a bad disk, a cut line or a bad neighbour might; the same seed, the same damage. */
public final class Mutations {
    private static final int[] EXTREMES = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF, 0x10000, 100_000};

    private final Random random;

    public Mutations(long seed) {
        random = new Random(seed);
    }

    /** A damaged copy. */
    public byte[] mutate(byte[] file) {
        byte[] copy = file.clone();
        switch (random.nextInt(6)) {
            case 0 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
            case 1 -> {
                int from = random.nextInt(copy.length);
                int length = random.nextInt(Math.min(64, copy.length - from) + 1);
                System.arraycopy(file, from, copy, random.nextInt(copy.length - length + 1), length);
            }
            case 2 -> {
                int value = EXTREMES[random.nextInt(EXTREMES.length)];
                int at = random.nextInt(copy.length - 4);
                ByteBuffer.wrap(copy).putInt(at, random.nextBoolean() ? value : Integer.reverseBytes(value));
            }
            case 3 -> copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            default -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    copy[random.nextInt(copy.length)] = (byte) random.nextInt();
                }
            }
        }
        return copy;
    }

    /** Corrects the checksums of a PNG as far as its chunks can be followed, so that damage gets past them. */
    static byte[] reseal(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png);
        int at = 8;
        while (at <= png.length - 12 && file.getInt(at) >= 0 && file.getInt(at) <= png.length - 12 - at) {
            CRC32 crc = new CRC32();
            crc.update(png, at + 4, file.getInt(at) + 4);
            file.putInt(at + 8 + file.getInt(at), (int) crc.getValue());
            at += 12 + file.getInt(at);
        }
        return png;
    }
}
