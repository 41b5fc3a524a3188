package dev.ideal4j.kernels.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * A CUDA device.
 *
 * @param handle the driver's handle
 * @param name name from the driver
 * @param capability compute capability, for example 90 for 9.0
 * @param units number of multiprocessors
 * @param sharedBytes shared memory that a block may use if its kernel requests it, in bytes
 * @param memory memory in bytes
 * @param driver CUDA version of the driver, for example 12060 for 12.6
 */
record CudaDevice(CUdevice handle, String name, int capability, int units, int sharedBytes, long memory, int driver) {
    /** The lowest compute capability for which {@code nvcc} can still compile. */
    private static final int LEAST_CAPABILITY = 75;

    private static final int GROUP = 256;
    private static final int NAME_BYTES = 256;

    /** Returns all devices in the driver's order, which {@code CUDA_VISIBLE_DEVICES} can change. */
    static List<CudaDevice> all() {
        Cuda.call("cuInit", () -> JCudaDriver.cuInit(0));
        int driver = Cuda.number("cuDriverGetVersion", JCudaDriver::cuDriverGetVersion);
        int count = Cuda.number("cuDeviceGetCount", JCudaDriver::cuDeviceGetCount);
        return IntStream.range(0, count).mapToObj(i -> describe(i, driver)).toList();
    }

    private static CudaDevice describe(int index, int driver) {
        CUdevice device = new CUdevice();
        Cuda.call("cuDeviceGet", () -> JCudaDriver.cuDeviceGet(device, index));
        byte[] name = new byte[NAME_BYTES];
        Cuda.call("cuDeviceGetName", () -> JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device));
        long[] memory = new long[1];
        Cuda.call("cuDeviceTotalMem", () -> JCudaDriver.cuDeviceTotalMem(memory, device));
        int capability = 10 * attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        String text = new String(name, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return new CudaDevice(
                device,
                end < 0 ? text : text.substring(0, end),
                capability,
                attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                memory[0],
                driver);
    }

    private static int attribute(CUdevice device, int attribute) {
        return Cuda.number("cuDeviceGetAttribute", value -> JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    }

    /** Returns null if this device can be used, otherwise the reason why not. */
    String reasonAgainst() {
        return capability >= LEAST_CAPABILITY
                ? null
                : name + " has compute capability " + dotted() + ", but kernels need 7.5";
    }

    /** Returns the compute capability in the usual notation. */
    String dotted() {
        return capability / 10 + "." + capability % 10;
    }

    /** Returns a CUDA version in the usual notation. */
    static String version(int cuda) {
        return cuda / 1000 + "." + cuda % 1000 / 10;
    }

    String description() {
        return name + " (compute capability " + dotted() + ", " + units + " multiprocessors, " + memory / (1 << 20)
                + " MiB, driver for CUDA " + version(driver) + ")";
    }

    /** Returns the properties that the GPU backend needs, under a backend's name. */
    GpuDevice traits(String backend) {
        return new GpuDevice(backend, description(), GROUP, units, true, GpuDevice.USUAL_LOCAL_BYTES, memory, memory);
    }
}
