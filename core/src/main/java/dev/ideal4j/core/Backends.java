package dev.ideal4j.core;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.support.Warnings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds backends on the class path. The environment variable {@code IDEAL4J_BACKEND} or the system property {@code
 * ideal4j.backend} can force the choice; the property takes precedence.
 */
public final class Backends {
    /** Environment variable that forces the choice of {@link #best()}. */
    public static final String ENVIRONMENT = "IDEAL4J_BACKEND";

    /** System property that forces the choice of {@link #best()}. */
    public static final String PROPERTY = "ideal4j.backend";

    private Backends() {}

    /**
     * Options for opening a backend. An option that is null takes its value from the system property if there is one,
     * otherwise from the default. Backends with different options can be open at the same time. The results do not
     * depend on the options.
     *
     * @param threads number of threads that share one operation of the CPU backend, including the calling thread, from
     *     1 to {@link #MOST_THREADS}; null for {@code ideal4j.threads}, or one per logical CPU if the property is not
     *     set
     * @param recordedPasses whether a GPU records the commands of a forward pass and replays them; null for the device's default
     * @param kernelCache folder for compiled kernels; null for {@code ideal4j.kernel.cache}, or a folder in the user's
     *     cache folder if the property is not set
     */
    public record Options(
            @Nullable Integer threads,
            @Nullable Boolean recordedPasses,
            @Nullable Path kernelCache) {
        /** Options that are all null. */
        public static final Options DEFAULT = new Options(null, null, null);

        /** Maximum number of threads of the CPU backend. */
        public static final int MOST_THREADS = 1024;

        /** Checks the number of threads and throws {@link InvalidInputException} if it is out of range. */
        public Options {
            if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
                throw new InvalidInputException("threads", threads.toString(), "a number from 1 to " + MOST_THREADS);
            }
        }

        /** Returns a copy of these options with the given number of threads. */
        public Options withThreads(int threads) {
            return new Options(threads, recordedPasses, kernelCache);
        }

        /** Returns a copy of these options with recorded forward passes turned on or off. */
        public Options withRecordedPasses(boolean recordedPasses) {
            return new Options(threads, recordedPasses, kernelCache);
        }

        /** Returns a copy of these options with the given folder for compiled kernels. */
        public Options withKernelCache(Path kernelCache) {
            return new Options(threads, recordedPasses, kernelCache);
        }
    }

    /**
     * Opens the forced backend if one is named, otherwise the best one available: CUDA, then an OpenCL GPU, then the
     * CPU. If a driver lists a device but the device cannot be opened, the next device is used and a warning gives the
     * reason.
     *
     * @throws BackendUnavailableException if the forced backend cannot be opened, or if no backend can be opened; the
     *     message gives the reasons
     */
    public static Backend best() {
        return best(Options.DEFAULT);
    }

    /** Like {@link #best()}, with options. */
    public static Backend best(Options options) {
        String forced = System.getProperty(PROPERTY, System.getenv(ENVIRONMENT));
        if (forced != null && !forced.isBlank()) {
            return open(forced, options);
        }
        return best(byPreference(), options);
    }

    static Backend best(List<BackendProvider> providers, Options options) {
        List<BackendProvider> wanted =
                providers.stream().filter(p -> p.preference() >= 0).toList();
        return firstOf(wanted, options, "no backend can be opened; is ideal4j-kernels on the class path? ");
    }

    /**
     * Opens the first device that can be opened. A warning names the devices before it that cannot. A name with a
     * precision, such as {@code cuda:0:bf16}, is never chosen, because its results differ.
     */
    private static Backend firstOf(List<BackendProvider> providers, Options options, String problem) {
        List<String> reasons = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (BackendProvider provider : providers) {
            for (Availability device : provider.probe()) {
                if (device.name().split(":").length > 2) {
                    continue;
                }
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
        throw new BackendUnavailableException(problem + String.join("; ", reasons));
    }

    /**
     * Opens a backend by name. The name is a kind ({@code cpu}, {@code opencl}, …), which selects the first device of
     * this kind that can be opened, or a kind with a device number ({@code opencl:1}). If a device of the kind cannot be
     * opened, the next one is used and a warning gives the reason.
     *
     * @throws BackendUnavailableException if the backend is unknown or cannot be opened; the message gives the reason
     */
    public static Backend open(String name) {
        return open(name, Options.DEFAULT);
    }

    /** Like {@link #open(String)}, with options. */
    public static Backend open(String name, Options options) {
        return open(providers(), name, options);
    }

    static Backend open(List<BackendProvider> providers, String name, Options options) {
        String wanted = name.trim().toLowerCase(Locale.ROOT);
        for (BackendProvider provider : providers) {
            boolean isKind = wanted.equals(provider.kind());
            if (isKind || wanted.startsWith(provider.kind() + ":")) {
                String problem = "backend " + wanted + " is not available; ";
                List<Availability> devices = provider.probe();
                List<Availability> matching = devices.stream()
                        .filter(device ->
                                device.available() && (isKind || device.name().equals(wanted)))
                        .toList();
                if (matching.size() > 1) {
                    return firstOf(List.of(provider), options, problem);
                }
                if (matching.size() == 1) {
                    return provider.open(matching.get(0).name(), options);
                }
                throw new BackendUnavailableException(problem
                        + String.join(
                                "; ",
                                devices.stream()
                                        .map(device -> device.name() + ": " + device.detail())
                                        .toList()));
            }
        }
        String known =
                String.join(", ", providers.stream().map(BackendProvider::kind).toList());
        throw new BackendUnavailableException("backend " + wanted + " is unknown; known: " + known);
    }

    /** Returns the kinds of backends, sorted by name. This method loads no driver. */
    public static List<String> kinds() {
        return providers().stream().map(BackendProvider::kind).toList();
    }

    /**
     * Returns every device of every provider, with the reason if it is not available. The most preferred kind comes
     * first.
     */
    public static List<Availability> describe() {
        return byPreference().stream().flatMap(p -> p.probe().stream()).toList();
    }

    /** Returns the providers sorted by kind. They are not sorted by preference here because this may load drivers. */
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
