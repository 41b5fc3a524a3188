package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Kernels compiled to PTX when ideal4j was built, for machines with a driver alone. Each file bears the hash of the source
 * it was made from, so that none is ever taken for another source.
 *
 * @param text the PTX
 */
record PackagedPtx(String text) {
    /** What every compiler of kernels is told; results must not depend on which one it was. */
    static final List<String> OPTIONS = List.of("--std=c++17", "--fmad=true", "--prec-div=true", "--prec-sqrt=true");

    private static final int HASH_DIGITS = 24;

    /** What PTX is made for, with the PTX version that it is labelled with: the oldest that has its instructions. */
    enum Target {
        /** All devices: portable kernels. */
        TURING("compute_75", 75, "7.0"),
        /** Tensor cores with bf16 and TF32. */
        AMPERE("compute_80", 80, "7.0"),
        /** Hopper alone: warpgroup products. */
        HOPPER("compute_90a", 90, "8.0");

        private final String architecture;
        private final int capability;
        private final String version;

        Target(String architecture, int capability, String version) {
            this.architecture = architecture;
            this.capability = capability;
            this.version = version;
        }

        /** For nvcc. */
        String architecture() {
            return architecture;
        }

        /** For the {@code .version} directive. */
        String version() {
            return version;
        }

        /** Whether a device of this capability runs the code; Hopper's own instructions are Hopper's alone. */
        boolean runsOn(int device) {
            return this == HOPPER ? device == capability : device >= capability;
        }
    }

    /** The PTX of a source for a device; null if the jar has none. */
    static PackagedPtx of(String name, String source, int capability) {
        for (Target target : Target.values()) {
            if (target.runsOn(capability)) {
                try (InputStream in = PackagedPtx.class.getResourceAsStream("ptx/" + file(name, source, target))) {
                    if (in != null) {
                        return new PackagedPtx(unzipped(in.readAllBytes()));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("packaged PTX", e);
                }
            }
        }
        return null;
    }

    /** The text of a file. */
    static String unzipped(byte[] file) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The name of the file that holds what a source compiles to. */
    static String file(String name, String source, Target target) {
        String hash = BinaryCache.key(source, String.join(" ", OPTIONS)).substring(0, HASH_DIGITS);
        return name + "." + hash + "." + target.architecture + ".ptx.gz";
    }
}
