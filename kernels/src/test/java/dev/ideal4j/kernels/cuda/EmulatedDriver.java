package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.emulation.EmulatedKernels;
import dev.ideal4j.kernels.gpu.PortableSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;

/**
 * A CUDA driver that runs on the processor, {@code libcuda.so.1}, for JVMs whose {@code LD_LIBRARY_PATH} names its folder.
 * It knows programs by the text of their PTX, from a list beside it of the emulated kernels made from the same sources.
 */
final class EmulatedDriver {
    /** System property: the folder to make it in. */
    static final String PROPERTY = "emulated.driver";

    private EmulatedDriver() {}

    /** What can be read and set of it; numbered as in {@code driver.h}. */
    enum Number {
        LIVE_ALLOCATIONS(1000),
        LIVE_STREAMS(1001),
        LIVE_EVENTS(1002),
        LIVE_MODULES(1003),
        LIVE_REGISTRATIONS(1004),
        LIVE_GRAPHS(1005),
        LIVE_INSTANCES(1006),
        LIVE_CONTEXTS(1007),
        /** What contexts still held when they were destroyed, ever, but those in which a command had failed. */
        LEFT_BEHIND(1008),
        LIVE_BYTES(1009),
        LAUNCHES(1010),
        GRAPH_LAUNCHES(1011),
        /** Bytes of each device; can be set. */
        MEMORY(1020),
        /** Every command waits up to so many microseconds before it runs; can be set, 0 for none. */
        DELAY(1021),
        /** The n-th launch from now on fails when it runs; can be set, 0 for none. */
        FAILING_LAUNCH(1022),
        /** The newest PTX that is taken, as 85 for 8.5; can be set. */
        PTX_VERSION(1023),
        /** The n-th call from now on that makes something on a device is out of memory; can be set, 0 for none. */
        FAILING_CREATION(1024),
        /** Set, to anything: the driver writes down what {@link #launched} reads. */
        LAUNCHED(1025),
        /** What the driver says it is, as 12060 for CUDA 12.6; can be set. */
        DRIVER_VERSION(1026),
        /** Whether host memory is not page-locked, as in some containers; can be set. */
        REFUSING_TO_PIN(1027);

        private final int limit;

        Number(int limit) {
            this.limit = limit;
        }

        long get() {
            long[] value = new long[1];
            Cuda.call("cuCtxGetLimit", () -> JCudaDriver.cuCtxGetLimit(value, limit));
            return value[0];
        }

        void set(long value) {
            Cuda.call("cuCtxSetLimit", () -> JCudaDriver.cuCtxSetLimit(limit, value));
        }
    }

    /** Whether the driver of this JVM is the emulated one. */
    static boolean isLoaded() {
        return CudaLibrary.reasonAgainst() == null
                && JCudaDriver.cuCtxGetLimit(new long[1], Number.LAUNCHES.limit) == 0;
    }

    /** Null if it can be made here, else why not. */
    static String reasonAgainst() {
        String reason = EmulatedKernels.reasonAgainst();
        if (reason != null) {
            return reason;
        }
        if (CudaLibrary.reasonAgainstCompiler() == null) {
            return "NVRTC is installed here, whose machine code cannot be emulated";
        }
        TreeSet<String> missing = new TreeSet<>();
        for (Program program : programs()) {
            if (Stream.of(75, 80, 90).allMatch(device -> program.ptx(device) == null)) {
                missing.add(program.name);
            }
        }
        return missing.isEmpty() ? null : "packaged PTX is out of date: missing " + missing;
    }

    private record Program(String name, String source) {
        String ptx(int capability) {
            PackagedPtx ptx = PackagedPtx.of(name, source, capability);
            return ptx == null ? null : ptx.text();
        }
    }

    private static List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        PortableSources.all().forEach(source -> programs.add(new Program(source.name(), source.text())));
        CudaSources.FILES.forEach(file -> Stream.of(CudaSources.read(file), CudaSources.readBounded(file))
                .distinct()
                .forEach(source -> programs.add(new Program(file.replace(".cu", ""), source))));
        return programs;
    }

    /** Makes the driver in a folder that exists, which the JVM has looked into since it began. */
    static void install(Path folder) {
        Path driver = EmulatedKernels.standIn("libcuda.so.1", "driver");
        Map<String, Path> list = new TreeMap<>();
        programs().parallelStream().forEach(program -> {
            Path library = EmulatedKernels.compile(program.name, program.source);
            Stream.of(75, 80, 90).map(program::ptx).filter(ptx -> ptx != null).forEach(ptx -> {
                synchronized (list) {
                    list.put(hash(ptx), library);
                }
            });
        });
        StringBuilder lines = new StringBuilder();
        list.forEach((hash, library) ->
                lines.append(hash).append(' ').append(library).append('\n'));
        try {
            replace(folder.resolve("programs"), lines.toString().getBytes(StandardCharsets.UTF_8));
            replace(folder.resolve("libcuda.so.1"), Files.readAllBytes(driver));
            install(folder, "libcublas.so.12", "cublas");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a library of the toolkit, whose functions bear the version that its name says, as NVIDIA's do. */
    static void install(Path folder, String name, String sources) throws IOException {
        Path library = EmulatedKernels.standIn(name, sources, "-Wl,--default-symver");
        replace(folder.resolve(name), Files.readAllBytes(library));
    }

    /** The portable programs with the kernels of each, by name, and the most blocks that a launch had; 0 without any. */
    static Map<PortableSources.Source, Map<String, Integer>> launched(Path folder) {
        Number.LAUNCHED.set(1);
        Map<String, Map<String, Integer>> byLibrary = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(folder.resolve("launched"))) {
                String[] words = line.split(" ");
                byLibrary.computeIfAbsent(words[0], key -> new TreeMap<>()).put(words[1], Integer.parseInt(words[2]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<PortableSources.Source, Map<String, Integer>> all = new LinkedHashMap<>();
        for (PortableSources.Source source : PortableSources.all()) {
            String library =
                    EmulatedKernels.compile(source.name(), source.text()).toString();
            all.put(source, byLibrary.getOrDefault(library, Map.of("every kernel", 0)));
        }
        return all;
    }

    /** Whoever uses the old file keeps it. */
    private static void replace(Path file, byte[] content) throws IOException {
        Path unfinished = Files.write(file.resolveSibling(file.getFileName() + ".unfinished"), content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** By which the driver knows a program: FNV-1a of its text. */
    private static String hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ each & 0xff) * 0x100000001b3L;
        }
        return String.format("%016x", hash);
    }
}
