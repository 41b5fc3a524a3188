package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.List;

/** Offers the GPU backend on an emulated CUDA device, to tests that ask for it: {@code -Dtest.backends=emulated}. */
public final class EmulatedProvider implements BackendProvider {
    private static final String KIND = "emulated";

    /** Called by the service loader. */
    public EmulatedProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public List<Availability> probe() {
        boolean wanted = System.getProperty("test.backends", "").contains(KIND);
        String reason = wanted ? EmulatedKernels.reasonAgainst() : "-Dtest.backends=emulated asks for it";
        return List.of(new Availability(KIND, reason == null, reason == null ? "CUDA on the processor" : reason));
    }

    @Override
    public Backend open(String name) {
        return new GpuBackend(new EmulatedRuntime(name, EmulatedRuntime.AMPERE));
    }
}
