package dev.ideal4j.kernels.cpu;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.List;

/** Provides the CPU backend, which exists on every machine. */
public final class CpuProvider implements BackendProvider {
    public static final String KIND = "cpu";

    /** Called by the service loader. */
    public CpuProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public List<Availability> probe() {
        try {
            return List.of(new Availability(KIND, true, describe(VectorSupport.choose(), threads())));
        } catch (InvalidInputException e) {
            return List.of(new Availability(KIND, false, e.getMessage()));
        }
    }

    @Override
    public Backend open(String name, Backends.Options options) {
        if (!name.equals(KIND)) {
            throw new BackendUnavailableException(
                    "backend " + name + " is unknown; the only one of its kind is " + KIND);
        }
        return new CpuBackend(VectorSupport.choose(), options.threads() != null ? options.threads() : threads());
    }

    static String describe(VectorSupport.Choice choice, int threads) {
        return choice.description() + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    private static int threads() {
        String text = System.getProperty(Workers.THREADS_PROPERTY);
        if (text == null) {
            return Math.min(Backends.Options.MOST_THREADS, Runtime.getRuntime().availableProcessors());
        }
        if (text.matches("[1-9]\\d{0,3}") && Integer.parseInt(text) <= Backends.Options.MOST_THREADS) {
            return Integer.parseInt(text);
        }
        throw new InvalidInputException(
                "system property " + Workers.THREADS_PROPERTY,
                text,
                "a number from 1 to " + Backends.Options.MOST_THREADS);
    }
}
