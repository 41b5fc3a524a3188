package dev.ideal4j.kernels.opencl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.List;
import java.util.stream.IntStream;

/** Offers every OpenCL device: {@code opencl:0}, {@code opencl:1} …, GPUs first. */
public final class OpenClProvider implements BackendProvider {
    static final String KIND = "opencl";

    private static final int ABOVE_THE_CPU = 10;

    /** Called by the service loader. */
    public OpenClProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    /** Preferred if there is a GPU; a processor's own backend is better than OpenCL on it, which is never chosen unasked. */
    @Override
    public int preference() {
        boolean gpu = OpenClLibrary.reasonAgainst() == null
                && !Devices.FOUND.list.isEmpty()
                && Devices.FOUND.list.get(0).isGpu();
        return gpu ? ABOVE_THE_CPU : -1;
    }

    @Override
    public List<Availability> probe() {
        String reason = OpenClLibrary.reasonAgainst();
        if (reason == null) {
            reason = Devices.FOUND.reason;
        }
        if (reason != null) {
            return List.of(new Availability(KIND, false, reason));
        }
        List<OpenClDevice> devices = Devices.FOUND.list;
        return IntStream.range(0, devices.size())
                .mapToObj(i -> availability(KIND + ":" + i, devices.get(i)))
                .toList();
    }

    private static Availability availability(String name, OpenClDevice device) {
        String reason = device.reasonAgainst();
        return new Availability(name, reason == null, reason == null ? device.description() : reason);
    }

    @Override
    public Backend open(String name) {
        Availability found = probe().stream()
                .filter(device -> device.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException("backend " + name + " is unknown"));
        if (!found.available()) {
            throw new BackendUnavailableException("backend " + name + " is not available; " + found.detail());
        }
        int index = Integer.parseInt(name.substring(KIND.length() + 1));
        try {
            return new GpuBackend(new OpenClRuntime(name, Devices.FOUND.list.get(index)));
        } catch (OpenCl.Failure e) {
            throw new BackendUnavailableException("backend " + name + " cannot be opened; " + e.getMessage(), e);
        }
    }

    /** Listed once: drivers load then, which takes time. */
    private static final class Devices {
        static final Devices FOUND = new Devices();

        private final List<OpenClDevice> list;
        private final String reason;

        private Devices() {
            List<OpenClDevice> found = List.of();
            String problem = null;
            try {
                found = OpenClDevice.all();
                if (found.isEmpty()) {
                    problem = "no OpenCL device found; install the driver of the device, or PoCL";
                }
            } catch (OpenCl.Failure e) {
                problem = "OpenCL devices cannot be listed: " + e.getMessage();
            }
            list = List.copyOf(found);
            reason = problem;
        }
    }
}
