package dev.ideal4j.kernels.opencl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.OperationOverrides;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import dev.ideal4j.kernels.gpu.runtime.DeviceList;
import java.util.List;
import java.util.stream.IntStream;

/** Provides every OpenCL device, {@code opencl:0}, {@code opencl:1} and so on, GPUs first. */
public final class OpenClProvider implements BackendProvider {
    static final String KIND = "opencl";

    private static final int ABOVE_THE_CPU = 10;

    private static final DeviceList<OpenClDevice> DEVICES = new DeviceList<>(
            "OpenCL", OpenClLibrary::reasonAgainst, OpenClDevice::all, "install the driver of the device, or PoCL");

    /** Called by the service loader. */
    public OpenClProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * Returns a preference above the CPU backend if there is a GPU. The CPU backend is better on a CPU than OpenCL, so
     * OpenCL on a CPU is never chosen automatically, and its driver is not even loaded for this choice.
     */
    @Override
    public int preference() {
        boolean gpu =
                !OpenClDrivers.areForProcessorsAlone() && DEVICES.all().stream().anyMatch(OpenClDevice::isGpu);
        return gpu ? ABOVE_THE_CPU : -1;
    }

    @Override
    public List<Availability> probe() {
        if (DEVICES.reason() != null) {
            return List.of(new Availability(KIND, false, DEVICES.reason()));
        }
        List<OpenClDevice> devices = DEVICES.all();
        return IntStream.range(0, devices.size())
                .mapToObj(i -> availability(KIND + ":" + i, devices.get(i)))
                .toList();
    }

    private static Availability availability(String name, OpenClDevice device) {
        String reason = device.reasonAgainst();
        return new Availability(name, reason == null, reason == null ? device.description() : reason);
    }

    @Override
    public Backend open(String name, Backends.Options options) {
        int index = Integer.parseInt(name.substring(KIND.length() + 1));
        try {
            OpenClRuntime runtime = new OpenClRuntime(name, DEVICES.all().get(index), BinaryCache.of(options));
            return new GpuBackend(runtime, OperationOverrides.NONE, options);
        } catch (OpenCl.Failure e) {
            throw new BackendUnavailableException("backend " + name + " cannot be opened; " + e.getMessage(), e);
        }
    }
}
