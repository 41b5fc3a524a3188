package dev.ideal4j.kernels.emulation;

import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.stream.Stream;

/** {@code peak_mma.cu} and {@code peak_wgmma.cu}: the means of each thread's results, from the same random operands. */
final class PeakTrials {
    private static final int ROUNDS = 3;
    private static final int BLOCKS = 2;
    private static final int THREADS = 256;
    private static final int TILE_WORDS = 128 * 32;

    private PeakTrials() {}

    static Stream<EmulatedTrial> all() {
        return Stream.of(
                trial("peak_mma.cu", "peak_bf16", 0),
                trial("peak_mma.cu", "peak_tf32", 0),
                trial("peak_wgmma.cu", "peak_wgmma", 32_768));
    }

    private static EmulatedTrial trial(String source, String kernel, int sharedBytes) {
        float[] expected = new float[BLOCKS * THREADS];
        for (int i = 0; i < expected.length; i++) {
            int thread = i % THREADS;
            double each = sharedBytes > 0 ? ofWarpgroup(thread) : ofWarp(thread % 32, kernel.equals("peak_bf16"));
            expected[i] = (float) (ROUNDS * each);
        }
        return new EmulatedTrial(
                kernel, source, device -> run(device, kernel, sharedBytes), expected, 1e-6, null, sharedBytes > 0);
    }

    private static float[] run(TrialDevice device, String kernel, int sharedBytes) {
        Buffer out = device.floats(BLOCKS * THREADS);
        device.launch(kernel, new Launch(BLOCKS, 1, 1, THREADS, sharedBytes), out, ROUNDS);
        return device.read(out);
    }

    /** The value that {@code peak.cuh} computes. */
    private static int random(int i) {
        int x = (i + 1) * 0x9e3779b1;
        x = (x ^ x >>> 15) * 0x85ebca6b;
        return x ^ x >>> 13;
    }

    /** The products of two words: of two bf16 each, or of one TF32. */
    private static double products(int a, int b, boolean bf16) {
        return bf16
                ? bf16(random(a)) * bf16(random(b)) + bf16(random(a) >>> 16) * bf16(random(b) >>> 16)
                : (double) Float.intBitsToFloat(random(a) & 0x807fe000 | 0x3f800000)
                        * Float.intBitsToFloat(random(b) & 0x807fe000 | 0x3f800000);
    }

    private static double bf16(int bits) {
        return Float.intBitsToFloat((bits & 0x807f | 0x3f80) << 16);
    }

    /** The mean of the four results that a lane holds of a 16 by 8 product, by the layouts of the PTX manual. */
    private static double ofWarp(int lane, boolean bf16) {
        double sum = 0;
        for (int e = 0; e < 4; e++) {
            int rowLane = lane / 4 * 4; // the first of the four lanes that hold the row of the left operand
            int columnLane = (lane % 4 * 2 + e % 2) * 4;
            for (int word = 0; word < 8; word++) {
                int left = 32 * (e / 2 + word / 4 * 2) + rowLane + word % 4;
                int right = 128 + 32 * (word / 4) + columnLane + word % 4;
                sum += products(left, right, bf16);
            }
        }
        return sum / 4;
    }

    /** The mean of the 64 results that a thread holds of a 64 by 128 product of depth 64, which each round adds 8 times. */
    private static double ofWarpgroup(int thread) {
        double sum = 0;
        for (int e = 0; e < 4; e++) {
            int row = thread / 32 * 16 + thread % 32 / 4 + e / 2 * 8; // both warpgroups' rows follow each other
            for (int j = 0; j < 16; j++) {
                int column = 8 * j + thread % 4 * 2 + e % 2;
                for (int word = 0; word < 32; word++) {
                    sum += products(swizzled(row, word), TILE_WORDS + swizzled(column, word), true);
                }
            }
        }
        return 8 * sum / 64;
    }

    /** Where a word of a row of 128 bytes lies in a tile: its chunk of 16 bytes is permuted by the row. */
    private static int swizzled(int row, int word) {
        return row * 32 + (word / 4 ^ row & 7) * 4 + word % 4;
    }
}
