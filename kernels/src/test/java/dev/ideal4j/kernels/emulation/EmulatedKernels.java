package dev.ideal4j.kernels.emulation;

import dev.ideal4j.kernels.cuda.CudaSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** Compiles CUDA C++ for the CPU, with the CUDA of {@code emulation/*.h} in place of NVIDIA's. */
final class EmulatedKernels {
    /** What {@code IDEAL4J_REQUIRE} names to make a missing compiler a failure. */
    static final String REQUIREMENT = "emulation";

    private static final Path WORK = Path.of("target", "emulation");
    private static final Pattern KERNEL =
            Pattern.compile("EMULATED_KERNEL(?:\\s+void|\\s+__launch_bounds__\\([^)]*\\))*\\s+(\\w+)\\s*\\(");
    private static final Map<Path, Path> COMPILED = new ConcurrentHashMap<>();
    // setjmp and longjmp between stacks are what _FORTIFY_SOURCE takes for an attack.
    private static final List<String> OPTIONS = List.of(
            "-std=c++17",
            "-O1",
            "-U_FORTIFY_SOURCE",
            "-fno-strict-aliasing",
            "-Wall",
            "-Wno-unknown-pragmas",
            "-Wno-unused-function",
            "-Wno-unused-variable");

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

    /** The server that loads libraries of kernels. */
    static Path server() {
        return Server.EXECUTABLE;
    }

    /** The library of a file of CUDA-only kernels, compiled anew. */
    static Path compileFile(String name) {
        return compile(name, CudaSources.read(name));
    }

    /**
     * The library of a source, compiled if it was not yet.
     *
     * @param name for people; of the folder as well
     * @param source complete, in CUDA C++
     */
    static Path compile(String name, String source) {
        Path folder = WORK.resolve(name + "-" + Integer.toHexString(source.hashCode()));
        Path library = folder.resolve("kernels.so").toAbsolutePath();
        return COMPILED.computeIfAbsent(library, key -> {
            try {
                Files.createDirectories(folder);
                Path main = folder.resolve("main.cpp");
                Files.writeString(main, "#include \"library.h\"\n" + source + "\n" + entries(folder, source));
                gpp(List.of("-shared", "-fPIC", "-Wl,-Bsymbolic-functions", "-o", library.toString(), main.toString()));
                return library;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Lists the kernels of a source, found in what the preprocessor makes of it, since macros may define kernels. */
    private static String entries(Path folder, String source) throws IOException {
        Path plain = Files.writeString(folder.resolve("source.cpp"), source);
        String expanded = run(List.of("g++", "-E", "-P", "-w", "-D__global__=EMULATED_KERNEL", plain.toString()));
        return KERNEL.matcher(expanded)
                .results()
                .map(match -> "{\"" + match.group(1) + "\", emulation::entry(" + match.group(1) + ")}")
                .collect(Collectors.joining(", ", "EMULATED_LIBRARY(", ")\n"));
    }

    private static void gpp(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(OPTIONS);
        command.addAll(List.of("-I", Server.PRECOMPILED.toString(), "-I", Server.HEADERS.toString()));
        command.addAll(arguments);
        String log = run(command);
        if (!log.isEmpty()) {
            throw new AssertionError("kernels do not compile without a word:\n" + log);
        }
    }

    private static final class Server {
        static final Path HEADERS = headers();
        static final Path PRECOMPILED = WORK.resolve("precompiled").toAbsolutePath();
        static final Path EXECUTABLE = WORK.resolve("server").toAbsolutePath();

        static {
            try {
                Files.createDirectories(PRECOMPILED);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Path header = HEADERS.resolve("library.h");
            Path precompiled = PRECOMPILED.resolve("library.h.gch");
            gpp(List.of("-fPIC", "-x", "c++-header", "-o", precompiled.toString(), header.toString()));
            Path source = HEADERS.resolve("server.cpp");
            gpp(List.of("-fPIC", "-rdynamic", "-o", EXECUTABLE.toString(), source.toString(), "-ldl"));
        }

        private static Path headers() {
            try {
                return Path.of(EmulatedKernels.class.getResource("scheduler.h").toURI())
                        .getParent();
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What a command prints; fails if it fails. */
    private static String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().remove("LD_PRELOAD"); // it is for JVMs, and makes others talk
            Process process = builder.start();
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
}
