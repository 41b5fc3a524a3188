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
 * Kernels that were compiled to PTX when ideal4j was built, for machines that have only a driver. The name of each file
 * contains the hash of its source, so that a file is never used for another source.
 *
 * @param text the PTX
 */
record PackagedPtx(String text) {
    /** The options for every kernel compiler. Results must not depend on the compiler. */
    static final List<String> OPTIONS = List.of("--std=c++17", "--fmad=true", "--prec-div=true", "--prec-sqrt=true");

    private static final int HASH_DIGITS = 24;

    /** The targets of PTX, each with the PTX version of its label, which is the oldest that has its instructions. */
    enum Target {
        /** All devices: the portable kernels. */
        TURING("compute_75", 75, "7.0"),
        /** Devices whose tensor cores have bf16 and TF32. */
        AMPERE("compute_80", 80, "7.0"),
        /** Hopper only: warpgroup products. */
        HOPPER("compute_90a", 90, "8.0");

        private final String architecture;
        private final int capability;
        private final String version;

        Target(String architecture, int capability, String version) {
            this.architecture = architecture;
            this.capability = capability;
            this.version = version;
        }

        /** Returns the architecture for nvcc. */
        String architecture() {
            return architecture;
        }

        /** Returns the version for the {@code .version} directive. */
        String version() {
            return version;
        }

        /** Returns whether a device of this capability runs the code. Hopper's own instructions run only on Hopper. */
        boolean runsOn(int device) {
            return this == HOPPER ? device == capability : device >= capability;
        }
    }

    /** Returns the PTX of a source for a device, or null if the jar has none. */
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

    /** Returns the text of a compressed file. */
    static String unzipped(byte[] file) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Returns the name of the file that holds the PTX of a source. */
    static String file(String name, String source, Target target) {
        String hash = BinaryCache.key(source, String.join(" ", OPTIONS)).substring(0, HASH_DIGITS);
        return name + "." + hash + "." + target.architecture + ".ptx.gz";
    }
}
