package dev.ideal4j.kernels.emulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** Compiles {@code .cu} files for the CPU, with the CUDA of {@code emulation/*.h} in place of NVIDIA's. */
final class EmulatedKernels {
    /** What {@code IDEAL4J_REQUIRE} names to make a missing compiler a failure. */
    static final String REQUIREMENT = "emulation";

    private static final Path WORK = Path.of("target", "emulation");
    private static final Pattern KERNEL = Pattern.compile("\\bKERNEL\\([^)]*\\)\\s+(\\w+)");
    // setjmp and longjmp between stacks are what _FORTIFY_SOURCE takes for an attack.
    private static final List<String> OPTIONS =
            List.of("-std=c++17", "-O1", "-U_FORTIFY_SOURCE", "-fno-strict-aliasing", "-Wall", "-Wno-unknown-pragmas");

    private EmulatedKernels() {}

    /** Aborts the calling test, or fails it where the emulation is required, when there is no g++. */
    static void requireCompiler() {
        String reason = missing();
        if (reason != null) {
            String required = System.getenv().getOrDefault("IDEAL4J_REQUIRE", "");
            if (Arrays.asList(required.split("\\s*,\\s*")).contains(REQUIREMENT)) {
                throw new AssertionError("IDEAL4J_REQUIRE names " + REQUIREMENT + ", but " + reason);
            }
            System.out.println("kernels are not emulated: " + reason);
            Assumptions.abort(reason);
        }
    }

    private static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "the emulation runs on Linux, this is " + System.getProperty("os.name");
        }
        try {
            run(List.of("g++", "--version"));
            return null;
        } catch (UncheckedIOException e) {
            return "g++ cannot be run: " + e.getCause().getMessage();
        }
    }

    /** The executable of a file of CUDA-only kernels, compiled anew. */
    static Path compile(String name) {
        Path cuda = folder("/dev/ideal4j/kernels/cuda/device.cuh");
        Path emulation = folder("scheduler.h");
        try {
            String source = Files.readString(cuda.resolve(name));
            String entries = KERNEL.matcher(source)
                    .results()
                    .map(match -> "{\"" + match.group(1) + "\", emulation::entry(" + match.group(1) + ")}")
                    .collect(Collectors.joining(", "));
            Path folder = Files.createDirectories(WORK.resolve(name));
            Path main = folder.resolve("main.cpp");
            Files.writeString(
                    main,
                    "#include \"tensorcores.h\"\n#include \"" + name + "\"\n#include \"server.h\"\n"
                            + "int main() { return emulation::serve({" + entries + "}); }\n");
            Path executable = folder.resolve("kernels").toAbsolutePath();
            List<String> command = new ArrayList<>(List.of("g++"));
            command.addAll(OPTIONS);
            command.addAll(List.of("-I", emulation.toString(), "-I", cuda.toString()));
            command.addAll(List.of("-o", executable.toString(), main.toString()));
            String log = run(command);
            if (!log.isEmpty()) {
                throw new AssertionError(name + " does not compile without a word:\n" + log);
            }
            return executable;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command prints; fails if it fails. */
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + log);
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Path folder(String resource) {
        try {
            return Path.of(EmulatedKernels.class.getResource(resource).toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
