package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.kernels.gpu.DeviceList;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.ArrayList;
import java.util.List;

/** Offers every CUDA device: {@code cuda:0}, {@code cuda:1} …, each also in lower precision: {@code cuda:0:tf32}. */
public final class CudaProvider implements BackendProvider {
    static final String KIND = "cuda";

    private static final int ABOVE_OPENCL = 20;

    private static final DeviceList<CudaDevice> DEVICES =
            new DeviceList<>("CUDA", CudaLibrary::reasonAgainst, CudaDevice::all, "the driver lists none");

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
        if (DEVICES.reason() != null) {
            return List.of(new Availability(KIND, false, DEVICES.reason()));
        }
        List<Availability> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (int i = 0; i < DEVICES.all().size(); i++) {
                all.add(availability(i, DEVICES.all().get(i), precision));
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
        String[] parts = name.split(":");
        Precision precision = parts.length == 2 ? Precision.FLOAT32 : Precision.of(parts[2]);
        try {
            CudaRuntime runtime = new CudaRuntime(name, DEVICES.all().get(Integer.parseInt(parts[1])));
            return new GpuBackend(runtime, TensorCores.of(runtime, precision));
        } catch (Cuda.Failure e) {
            throw new BackendUnavailableException("backend " + name + " cannot be opened; " + e.getMessage(), e);
        }
    }
}
