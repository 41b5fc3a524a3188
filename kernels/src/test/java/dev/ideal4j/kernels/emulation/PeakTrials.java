package dev.ideal4j.kernels.emulation;

import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.Arrays;
import java.util.stream.Stream;

/** {@code peak_mma.cu} and {@code peak_wgmma.cu}: products of ones, whose sums are known. */
final class PeakTrials {
    private static final int ROUNDS = 3;
    private static final int BLOCKS = 2;
    private static final int THREADS = 256;

    private PeakTrials() {}

    static Stream<EmulatedTrial> all() {
        return Stream.of(
                trial("peak_mma.cu", "peak_bf16", 16, 0),
                trial("peak_mma.cu", "peak_tf32", 8, 0),
                trial("peak_wgmma.cu", "peak_wgmma", 512, 32_768));
    }

    /** {@code depth}: what each round adds to every result. */
    private static EmulatedTrial trial(String source, String kernel, int depth, int sharedBytes) {
        float[] expected = new float[BLOCKS * THREADS];
        Arrays.fill(expected, ROUNDS * depth);
        return new EmulatedTrial(
                kernel, source, device -> run(device, kernel, sharedBytes), expected, 0, null, sharedBytes > 0);
    }

    private static float[] run(TrialDevice device, String kernel, int sharedBytes) {
        Buffer out = device.floats(BLOCKS * THREADS);
        device.launch(kernel, new Launch(BLOCKS, 1, 1, THREADS, sharedBytes), out, ROUNDS);
        return device.read(out);
    }
}
