package dev.ideal4j.core.testing;

import java.util.Arrays;
import java.util.List;

/** What the environment variable {@value #ENVIRONMENT} names, separated by commas: its absence is a failure, not a skip. */
public final class Required {
    public static final String ENVIRONMENT = "IDEAL4J_REQUIRE";

    private Required() {}

    /** All names. */
    public static List<String> names() {
        String names = System.getenv().getOrDefault(ENVIRONMENT, "");
        return Arrays.stream(names.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Whether CUDA kernels must run on the CPU: also the condition of tests that take a minute for that. */
    public static boolean emulation() {
        return names().contains("emulation");
    }

    /** Whether the packaged PTX must be up to date. */
    public static boolean ptx() {
        return names().contains("ptx");
    }
}
