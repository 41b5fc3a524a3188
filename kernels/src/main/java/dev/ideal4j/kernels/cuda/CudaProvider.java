package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.kernels.cuda.CudaVariant.Extra;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.OperationOverrides;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import dev.ideal4j.kernels.gpu.runtime.DeviceList;
import java.util.ArrayList;
import java.util.List;

/** Provides every CUDA device, {@code cuda:0}, {@code cuda:1} and so on, each in every {@link CudaVariant}. */
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
        for (CudaVariant variant : CudaVariant.all()) {
            for (int i = 0; i < DEVICES.all().size(); i++) {
                all.add(availability(i, DEVICES.all().get(i), variant));
            }
        }
        return all;
    }

    private static Availability availability(int index, CudaDevice device, CudaVariant variant) {
        String name = KIND + ":" + index;
        String detail = device.description() + compiler() + tensorCores(name, device);
        String reason = device.reasonAgainst();
        if (!variant.label().isEmpty()) {
            name += ":" + variant.label();
            detail = "the same, " + variant.description();
            if (reason == null && device.capability() < TensorCores.LEAST_CAPABILITY) {
                reason = variant.precision() == Precision.FLOAT32
                        ? device.name() + " has compute capability " + device.dotted()
                                + ", but what follows cuBLAS needs 8.0"
                        : device.name() + " has no tensor cores for "
                                + variant.precision().label();
            }
            if (reason == null && variant.extra().isBlocks() && device.capability() != TensorCores.HOPPER) {
                reason = device.name() + " has compute capability " + device.dotted()
                        + ", but transformer blocks in bf16 from end to end need 9.0";
            }
            if (reason == null && variant.extra() == Extra.CUBLAS) {
                reason = CublasLibrary.reasonAgainst(System.getenv());
                detail += " (" + ToolkitLibrary.CUBLAS.file() + ")";
            }
        }
        return new Availability(name, reason == null, reason == null ? detail : reason);
    }

    /**
     * Returns a note that the backend without a named precision does not use the tensor cores of the device, or an
     * empty string if the device has none.
     */
    private static String tensorCores(String name, CudaDevice device) {
        return device.capability() < TensorCores.LEAST_CAPABILITY
                ? ""
                : "; float32 without tensor cores, " + name + ":tf32 and " + name + ":bf16 use them";
    }

    /** Returns a note with the file of NVRTC if NVRTC is installed, otherwise an empty string. */
    private static String compiler() {
        return ToolkitLibrary.NVRTC.reasonAgainst(System.getenv()) != null
                ? ""
                : "; compiles with " + ToolkitLibrary.NVRTC.file();
    }

    @Override
    public Backend open(String name, Backends.Options options) {
        String[] parts = name.split(":");
        CudaVariant variant = CudaVariant.of(parts.length == 2 ? "" : parts[2]);
        if (variant.extra() == Extra.CUBLAS && CublasLibrary.load() != null) {
            throw new BackendUnavailableException(
                    "backend " + name + " cannot be opened; " + CublasLibrary.load(), null);
        }
        try {
            CudaRuntime runtime =
                    new CudaRuntime(name, DEVICES.all().get(Integer.parseInt(parts[1])), BinaryCache.of(options));
            OperationOverrides own =
                    switch (variant.extra()) {
                        case NONE -> TensorCores.of(runtime, variant.precision());
                        case CUBLAS -> TensorCores.withCublas(runtime, variant.precision());
                        case BLOCKS -> TensorCores.withBlocks(runtime, CudaBlocks.ATTENTION);
                        case BLOCKS128 -> TensorCores.withBlocks(runtime, CudaBlocks.ATTENTION_128);
                    };
            return new GpuBackend(runtime, own, options);
        } catch (Cuda.Failure e) {
            throw new BackendUnavailableException("backend " + name + " cannot be opened; " + e.getMessage(), e);
        }
    }
}
