package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.ArrayList;
import java.util.List;

/** Offers every CUDA device: {@code cuda:0}, {@code cuda:1} …, each also in lower precision: {@code cuda:0:tf32}. */
public final class CudaProvider implements BackendProvider {
    static final String KIND = "cuda";

    private static final int ABOVE_OPENCL = 20;

    /** Called by the service loader. */
    public CudaProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int preference() {
        return ABOVE_OPENCL;
    }

    @Override
    public List<Availability> probe() {
        String reason = CudaLibrary.reasonAgainst();
        if (reason == null) {
            reason = Devices.FOUND.reason;
        }
        if (reason != null) {
            return List.of(new Availability(KIND, false, reason));
        }
        List<Availability> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (int i = 0; i < Devices.FOUND.list.size(); i++) {
                all.add(availability(i, Devices.FOUND.list.get(i), precision));
            }
        }
        return all;
    }

    private static Availability availability(int index, CudaDevice device, Precision precision) {
        String name = KIND + ":" + index;
        String detail = device.description();
        String reason = device.reasonAgainst();
        if (precision != Precision.FLOAT32) {
            name += ":" + precision.label();
            detail = "the same, products and attention in " + precision.label();
            if (reason == null && device.capability() < TensorCores.LEAST_CAPABILITY) {
                reason = device.name() + " has no tensor cores for " + precision.label();
            }
        }
        return new Availability(name, reason == null, reason == null ? detail : reason);
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
        String[] parts = name.split(":");
        Precision precision = parts.length == 2 ? Precision.FLOAT32 : Precision.of(parts[2]);
        try {
            CudaRuntime runtime = new CudaRuntime(name, Devices.FOUND.list.get(Integer.parseInt(parts[1])));
            return new GpuBackend(runtime, TensorCores.of(runtime, precision));
        } catch (Cuda.Failure e) {
            throw new BackendUnavailableException("backend " + name + " cannot be opened; " + e.getMessage(), e);
        }
    }

    /** Listed once: the driver starts then, which takes time. */
    private static final class Devices {
        static final Devices FOUND = new Devices();

        private final List<CudaDevice> list;
        private final String reason;

        private Devices() {
            List<CudaDevice> found = List.of();
            String problem = null;
            try {
                found = CudaDevice.all();
                if (found.isEmpty()) {
                    problem = "the CUDA driver finds no device";
                }
            } catch (Cuda.Failure e) {
                problem = "CUDA devices cannot be listed: " + e.getMessage();
            }
            list = found;
            reason = problem;
        }
    }
}
