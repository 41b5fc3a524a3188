package dev.ideal4j.core;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.support.Warnings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * Finds backends on the class path. The choice can be forced by the environment variable {@code IDEAL4J_BACKEND} or the
 * system property {@code ideal4j.backend} (the property wins).
 */
public final class Backends {
    /** Environment variable that forces the choice of {@link #best()}. */
    public static final String ENVIRONMENT = "IDEAL4J_BACKEND";

    /** System property that forces the choice of {@link #best()}. */
    public static final String PROPERTY = "ideal4j.backend";

    private Backends() {}

    /**
     * How a backend is opened. What is null comes from the system property, else from the default. Backends with different
     * options can be open at the same time. Results do not depend on any of them.
     *
     * @param threads threads of the CPU backend that share one operation, the caller included; null for
     *     {@code ideal4j.threads}, else one per logical CPU. At least 1
     * @param recordedPasses whether a GPU records the commands of a forward pass and replays them; null for the device's default
     * @param kernelCache folder of compiled kernels; null for {@code ideal4j.kernel.cache}, else one in the user's cache folder
     */
    public record Options(Integer threads, Boolean recordedPasses, Path kernelCache) {
        /** Nothing given. */
        public static final Options DEFAULT = new Options(null, null, null);

        /** Most threads of the CPU backend. */
        public static final int MOST_THREADS = 1024;

        /** Checks the number of threads; throws {@link InvalidInputException}. */
        public Options {
            if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
                throw new InvalidInputException("threads", threads.toString(), "a number from 1 to " + MOST_THREADS);
            }
        }

        /** These options with a number of threads. */
        public Options withThreads(int threads) {
            return new Options(threads, recordedPasses, kernelCache);
        }

        /** These options with recorded passes or without them. */
        public Options withRecordedPasses(boolean recordedPasses) {
            return new Options(threads, recordedPasses, kernelCache);
        }

        /** These options with a folder of compiled kernels. */
        public Options withKernelCache(Path kernelCache) {
            return new Options(threads, recordedPasses, kernelCache);
        }
    }

    /**
     * Opens the forced backend if one is named, else the best available: CUDA, then an OpenCL GPU, then the CPU. Where one
     * cannot be opened although its driver lists it, a warning says why, and the next is taken.
     *
     * @throws BackendUnavailableException if the forced one, or all, cannot be opened; the message says why
     */
    public static Backend best() {
        return best(Options.DEFAULT);
    }

    /** As {@link #best()}, with options. */
    public static Backend best(Options options) {
        String forced = System.getProperty(PROPERTY, System.getenv(ENVIRONMENT));
        if (forced != null && !forced.isBlank()) {
            return open(forced, options);
        }
        return best(byPreference(), options);
    }

    static Backend best(List<BackendProvider> providers, Options options) {
        List<String> reasons = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (BackendProvider provider : providers) {
            if (provider.preference() < 0) {
                continue;
            }
            for (Availability device : provider.probe()) {
                if (!device.available()) {
                    reasons.add(device.name() + ": " + device.detail());
                    continue;
                }
                try {
                    Backend backend = provider.open(device.name(), options);
                    if (!failures.isEmpty()) {
                        String message =
                                "the backend " + backend.name() + " is used because a better one cannot be opened: ";
                        Warnings.warn(Backends.class, message + String.join("; ", failures), null);
                    }
                    return backend;
                } catch (Ideal4jException | LinkageError e) {
                    failures.add(device.name() + ": " + e.getMessage());
                    reasons.add(device.name() + ": " + e.getMessage());
                }
            }
        }
        throw new BackendUnavailableException(
                "no backend can be opened; is ideal4j-kernels on the class path? " + String.join("; ", reasons));
    }

    /**
     * Opens a backend by name: a kind ({@code cpu}, {@code opencl}, …: its first available device), or a kind with a
     * device number ({@code opencl:1}).
     *
     * @throws BackendUnavailableException if it is unknown or cannot be opened; the message says why
     */
    public static Backend open(String name) {
        return open(name, Options.DEFAULT);
    }

    /** As {@link #open(String)}, with options. */
    public static Backend open(String name, Options options) {
        String wanted = name.trim().toLowerCase(Locale.ROOT);
        List<String> known = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            known.add(provider.kind());
            if (wanted.equals(provider.kind()) || wanted.startsWith(provider.kind() + ":")) {
                List<String> reasons = new ArrayList<>();
                for (Availability device : provider.probe()) {
                    boolean matches =
                            wanted.equals(provider.kind()) || device.name().equals(wanted);
                    if (matches && device.available()) {
                        return provider.open(device.name(), options);
                    }
                    reasons.add(device.name() + ": " + device.detail());
                }
                throw new BackendUnavailableException(
                        "backend " + wanted + " is not available; " + String.join("; ", reasons));
            }
        }
        throw new BackendUnavailableException("backend " + wanted + " is unknown; known: " + String.join(", ", known));
    }

    /** The kinds of backends, sorted by name. No driver is loaded to find them. */
    public static List<String> kinds() {
        return providers().stream().map(BackendProvider::kind).toList();
    }

    /** Every backend of every provider: available, or the reason why not. Best first. */
    public static List<Availability> describe() {
        return byPreference().stream().flatMap(p -> p.probe().stream()).toList();
    }

    /** By kind. To order them by preference their drivers may have to be loaded. */
    private static List<BackendProvider> providers() {
        List<BackendProvider> providers = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())
                .forEach(providers::add);
        providers.sort(Comparator.comparing(BackendProvider::kind));
        return providers;
    }

    private static List<BackendProvider> byPreference() {
        List<BackendProvider> providers = providers();
        providers.sort(Comparator.comparingInt(BackendProvider::preference).reversed());
        return providers;
    }
}
