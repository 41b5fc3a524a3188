package dev.ideal4j.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernels that exist only for CUDA, {@code *.cu} in the package of this class. */
public final class CudaSources {
    /** The names of all files. */
    public static final List<String> FILES = List.of(
            "attention.cu",
            "block_attention.cu",
            "block_attention_128.cu",
            "block_layernorm.cu",
            "block_products.cu",
            "epilogue_rows.cu",
            "eraser.cu",
            "gemm_mma.cu",
            "gemm_wgmma.cu",
            "layernorm.cu",
            "neighbours.cu",
            "peak_mma.cu",
            "peak_wgmma.cu");

    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(\\w+\\.cuh)\"$");
    /** A call, not the definition. */
    private static final Pattern WAIT = Pattern.compile("(?<!void )barrier_wait\\(");

    private static final Pattern TARGETS = Pattern.compile("// Targets: (.*)");

    private CudaSources() {}

    /** Returns a file as one source. Each of our headers that it includes is inserted once, in its place. */
    public static String read(String file) {
        return expand(file, new HashSet<>());
    }

    /**
     * Same as {@link #read}, but if a kernel waits for copies, its waits end after two seconds with an error of the
     * launch.
     */
    public static String readBounded(String file) {
        String source = read(file);
        return WAIT.matcher(source).find() ? "#define IDEAL4J_BOUNDED_WAITS 1\n" + source : source;
    }

    /** Returns whether a device of this compute capability, for example 90 for 9.0, runs the kernels of a file. */
    public static boolean runsOn(String file, int capability) {
        return targets(file).contains("sm_80") ? capability >= TensorCores.LEAST_CAPABILITY : capability == 90;
    }

    private static String expand(String file, Set<String> seen) {
        if (!seen.add(file)) {
            return "";
        }
        String text = resource(file).replace("#pragma once\n", "");
        return INCLUDE.matcher(text).replaceAll(include -> Matcher.quoteReplacement(expand(include.group(1), seen)));
    }

    /**
     * Returns the targets of a file from its first line: {@code sm_80}, {@code sm_90a}.
     *
     * @throws IllegalStateException if the first line does not state the targets
     */
    static List<String> targets(String file) {
        Matcher first = TARGETS.matcher(resource(file).lines().findFirst().orElse(""));
        if (!first.matches()) {
            throw new IllegalStateException(file + " does not begin with its targets");
        }
        return Stream.of(first.group(1).split(" ")).toList();
    }

    /**
     * Returns the value of a constant, {@code const int NAME = 128;}, from a file or a header that it includes. The
     * launch parameters are thus defined in one place only.
     *
     * @throws IllegalStateException if there is no such constant
     */
    public static int number(String file, String name) {
        Matcher found = Pattern.compile("const int " + name + " = ([0-9]+);").matcher(read(file));
        if (!found.find()) {
            throw new IllegalStateException(file + " has no number " + name);
        }
        return Integer.parseInt(found.group(1));
    }

    private static String resource(String file) {
        try (InputStream in = CudaSources.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks the kernels " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
