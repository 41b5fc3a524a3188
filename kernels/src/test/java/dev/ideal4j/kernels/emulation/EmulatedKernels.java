package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.testing.Required;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Compiles CUDA C++ for the CPU, with the CUDA of {@code emulation/*.h} in place of NVIDIA's. */
public final class EmulatedKernels {
    /** What is compiled stays here, each in a folder named by the hash of all that went into it. */
    private static final Path WORK = Path.of("target", "emulation").toAbsolutePath();

    private static final int HASH_DIGITS = 24;
    private static final Pattern KERNEL =
            Pattern.compile("EMULATED_KERNEL(?:\\s+void|\\s+__launch_bounds__\\([^)]*\\))*\\s+(\\w+)\\s*\\(");
    private static final Map<Path, Path> COMPILED = new ConcurrentHashMap<>();
    // Not maybe-uninitialized: g++ warns of what a loop sets, where it cannot see that the loop is entered.
    private static final List<String> OPTIONS = List.of(
            "-std=c++17",
            "-O1",
            "-fno-strict-aliasing",
            "-Wall",
            "-Wno-unknown-pragmas",
            "-Wno-unused-function",
            "-Wno-unused-variable",
            "-Wno-maybe-uninitialized");

    private EmulatedKernels() {}

    /** Whether tests that compile for a minute are to run. */
    public static boolean areAskedFor() {
        return Boolean.getBoolean("test.variants") || Required.emulation();
    }

    /** Aborts the calling test, or fails it where the emulation is required, when there is no g++. */
    static void requireCompiler() {
        String reason = reasonAgainst();
        if (reason != null) {
            failIfRequired(reason);
            Assumptions.abort(reason);
        }
    }

    /** Fails where the emulation is required, which is not to be had for this reason. */
    public static void failIfRequired(String reason) {
        if (Required.emulation()) {
            throw new AssertionError(Required.ENVIRONMENT + " names emulation, but " + reason);
        }
    }

    /** Null if kernels can be compiled, else why not. */
    public static String reasonAgainst() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "the emulation runs on Linux, this is " + System.getProperty("os.name");
        }
        try {
            version();
            return null;
        } catch (UncheckedIOException e) {
            return "g++ cannot be run: " + e.getCause().getMessage();
        }
    }

    private static String version() {
        return run(List.of("g++", "--version"));
    }

    /** The server that loads libraries of kernels. */
    static Path server() {
        return Server.EXECUTABLE;
    }

    /** The library of a file of CUDA-only kernels. */
    static Path compileFile(String name) {
        return compile(name, CudaSources.read(name));
    }

    /**
     * The library of a source, compiled if it was not yet, by this process or an earlier one.
     *
     * @param name for people; of the folder as well
     * @param source complete, in CUDA C++
     */
    public static Path compile(String name, String source) {
        Path library = made(name, Server.KEY, source).resolve("kernels.so");
        return COMPILED.computeIfAbsent(library, key -> {
            if (!Files.exists(library)) {
                build(library, source);
            }
            return library;
        });
    }

    /**
     * A shared library that stands in for one of NVIDIA's, compiled if it was not yet.
     *
     * @param name as programs that link to it name it
     * @param folder of its sources, beside this class's headers
     * @param linking more options
     */
    public static Path standIn(String name, String folder, String... linking) {
        Path sources = Server.HEADERS.resolve(folder);
        StringBuilder all = new StringBuilder();
        List<String> files = new ArrayList<>();
        for (Path file : sorted(sources)) {
            all.append(read(file));
            if (file.toString().endsWith(".cpp")) {
                files.add(file.toString());
            }
        }
        Path library = made(folder, Server.KEY, name, all.toString(), String.join(" ", linking))
                .resolve(name);
        if (!Files.exists(library)) {
            try {
                Files.createDirectories(library.getParent());
                Path unfinished = library.resolveSibling("unfinished.so");
                List<String> shared = List.of("-U_FORTIFY_SOURCE", "-shared", "-fPIC", "-Wl,-soname," + name);
                gpp(
                        Server.includes(),
                        shared,
                        List.of(linking),
                        List.of("-o", unfinished.toString()),
                        files,
                        List.of("-ldl", "-lpthread"));
                Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return library;
    }

    private static List<Path> sorted(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(h|cpp)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void build(Path library, String source) {
        Path folder = library.getParent();
        try {
            Files.createDirectories(folder);
            Path main = folder.resolve("main.cpp");
            Files.writeString(main, "#include \"library.h\"\n" + source + "\n" + entries(folder, source));
            Path unfinished = folder.resolve("unfinished.so");
            List<String> shared = List.of("-shared", "-fPIC", "-Wl,-Bsymbolic-functions");
            gpp(Server.includes(), shared, List.of("-o", unfinished.toString(), main.toString()));
            Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of what is made from all this. */
    private static Path made(String name, String... from) {
        return WORK.resolve(name + "-" + BinaryCache.key(from).substring(0, HASH_DIGITS));
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

    @SafeVarargs
    private static void gpp(List<String>... arguments) {
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(OPTIONS);
        for (List<String> part : arguments) {
            command.addAll(part);
        }
        String log = run(command);
        if (!log.isEmpty()) {
            throw new AssertionError("kernels do not compile without a word:\n" + log);
        }
    }

    /** The server, and the header of all libraries, precompiled: made once for a compiler, its options and our files. */
    private static final class Server {
        static final Path HEADERS = headers();
        static final String KEY = key();
        static final Path FOLDER = made("server", KEY);
        static final Path EXECUTABLE = FOLDER.resolve("server");

        static {
            if (!Files.exists(EXECUTABLE)) {
                try {
                    Files.createDirectories(FOLDER);
                    Path header = HEADERS.resolve("library.h");
                    Path precompiled = FOLDER.resolve("library.h.gch");
                    gpp(List.of("-fPIC", "-x", "c++-header", "-o", precompiled.toString(), header.toString()));
                    Path source = HEADERS.resolve("server.cpp");
                    Path unfinished = FOLDER.resolve("unfinished");
                    gpp(List.of("-fPIC", "-rdynamic", "-o", unfinished.toString(), source.toString(), "-ldl"));
                    Files.move(unfinished, EXECUTABLE, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        static List<String> includes() {
            return List.of("-I", FOLDER.toString(), "-I", HEADERS.toString());
        }

        private static Path headers() {
            try {
                return Path.of(EmulatedKernels.class.getResource("scheduler.h").toURI())
                        .getParent();
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        }

        private static String key() {
            StringBuilder all = new StringBuilder(version()).append(OPTIONS);
            sorted(HEADERS).forEach(file -> all.append(read(file)));
            return all.toString();
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
