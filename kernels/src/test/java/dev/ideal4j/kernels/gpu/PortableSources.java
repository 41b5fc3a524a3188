package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Backends;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import java.lang.reflect.Proxy;
import java.util.List;

/** The sources of all portable kernels, as a GPU with work-groups of 256 compiles them. */
public final class PortableSources {
    private static final GpuDevice GPU =
            new GpuDevice("source", "no device", 256, 1, true, GpuDevice.USUAL_LOCAL_BYTES, 1L << 30, 1L << 30);

    private PortableSources() {}

    /** A program; several may have one name and differ in their definitions. */
    public record Source(String name, String text) {}

    /** All programs. */
    public static List<Source> all() {
        GpuRuntime runtime = (GpuRuntime) Proxy.newProxyInstance(
                PortableSources.class.getClassLoader(), new Class<?>[] {GpuRuntime.class}, (proxy, method, args) -> {
                    if (method.getName().equals("device")) {
                        return GPU;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
        return new GpuBackend(runtime, OperationOverrides.NONE, Backends.Options.DEFAULT)
                .kernels().stream()
                        .map(kernels -> new Source(kernels.name(), kernels.source()))
                        .distinct()
                        .toList();
    }
}
