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

/** The kernels for CUDA alone, {@code *.cu} beside this class. */
public final class CudaSources {
    /** All files. */
    public static final List<String> FILES = List.of(
            "attention.cu",
            "epilogue_rows.cu",
            "eraser.cu",
            "gemm_mma.cu",
            "gemm_wgmma.cu",
            "layernorm.cu",
            "neighbours.cu",
            "peak_mma.cu",
            "peak_wgmma.cu");

    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(\\w+\\.cuh)\"$");
    private static final Pattern TARGETS = Pattern.compile("// Targets: (.*)");

    private CudaSources() {}

    /** A file as one source: the headers of ours that it includes stand in their places, once each. */
    public static String read(String file) {
        return expand(file, new HashSet<>());
    }

    private static String expand(String file, Set<String> seen) {
        if (!seen.add(file)) {
            return "";
        }
        String text = resource(file).replace("#pragma once\n", "");
        return INCLUDE.matcher(text).replaceAll(include -> Matcher.quoteReplacement(expand(include.group(1), seen)));
    }

    /** What a file is written for, as its first line says: {@code sm_80}, {@code sm_90a}. */
    static List<String> targets(String file) {
        Matcher first = TARGETS.matcher(resource(file).lines().findFirst().orElse(""));
        if (!first.matches()) {
            throw new IllegalStateException(file + " does not begin with its targets");
        }
        return Stream.of(first.group(1).split(" ")).toList();
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
