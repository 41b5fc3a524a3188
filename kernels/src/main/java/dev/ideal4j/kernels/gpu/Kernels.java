package dev.ideal4j.kernels.gpu;

import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernels of some {@code .kc} files, compiled together when the first of them is launched.
 *
 * <p>Each file can use the definitions of the files before it. All files can use the prelude and the functions.
 */
final class Kernels {
    private static final List<String> ALWAYS = List.of("prelude", "functions");

    private final GpuBackend backend;
    private final String name;
    private final Map<String, Integer> definitions;
    private final List<String> files;
    private final Map<String, GpuKernel> kernels = new ConcurrentHashMap<>();
    private GpuProgram program;

    Kernels(GpuBackend backend, Map<String, Integer> definitions, String... files) {
        this.backend = backend;
        this.name = String.join("+", files);
        this.definitions = new TreeMap<>(definitions);
        this.files = List.of(files);
    }

    /** Begins the launch of a kernel, and compiles the kernels at the first call. */
    Launch launch(String kernel) {
        return new Launch(
                backend, kernels.computeIfAbsent(kernel, key -> program().kernel(key)));
    }

    private synchronized GpuProgram program() {
        if (program == null) {
            program = backend.runtime().compile(name, source());
        }
        return program;
    }

    /** Returns the name for messages and for finding a program that was compiled before. */
    String name() {
        return name;
    }

    /** Returns the source that is compiled. */
    String source() {
        StringBuilder source = new StringBuilder();
        define(source, "GROUP_SIZE", backend.runtime().device().groupSize());
        definitions.forEach((key, value) -> define(source, key, value));
        ALWAYS.forEach(file -> append(source, file));
        files.forEach(file -> append(source, file));
        return source.toString();
    }

    private static void define(StringBuilder source, String key, int value) {
        source.append("#define ").append(key).append(' ').append(value).append('\n');
    }

    /** Appends a file with a line directive, so that compiler messages name the file and its lines. */
    private static void append(StringBuilder source, String file) {
        source.append("#line 1 \"").append(file).append(".kc\"\n").append(read(file + ".kc"));
    }

    static String read(String resource) {
        try (InputStream in = Kernels.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks the kernels " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
