package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device of an OpenCL platform.
 *
 * @param name name from the driver
 * @param driver platform and driver with their versions
 */
record OpenClDevice(cl_platform_id platform, cl_device_id id, long type, String name, String driver) {
    /** The number of work-items of a work-group on all devices except CPUs. */
    static final int GROUP = 256;

    private static final int NO_PLATFORM = -1001;

    /**
     * Returns all devices: GPUs first, then accelerators, then CPUs. Within each kind they are in the drivers' order.
     */
    static List<OpenClDevice> all() {
        List<OpenClDevice> devices = new ArrayList<>();
        for (cl_platform_id platform : platforms()) {
            int[] count = new int[1];
            if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, null, count) != CL_SUCCESS || count[0] == 0) {
                continue; // a platform without devices
            }
            cl_device_id[] ids = new cl_device_id[count[0]];
            OpenCl.call("clGetDeviceIDs", () -> clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, ids.length, ids, null));
            for (cl_device_id id : ids) {
                devices.add(describe(platform, id));
            }
        }
        devices.sort(Comparator.comparingInt(OpenClDevice::rank));
        return devices;
    }

    private static cl_platform_id[] platforms() {
        int[] count = new int[1];
        int status = clGetPlatformIDs(0, null, count);
        if (status == NO_PLATFORM || status == CL_SUCCESS && count[0] == 0) {
            return new cl_platform_id[0];
        }
        cl_platform_id[] platforms = new cl_platform_id[count[0]];
        OpenCl.call("clGetPlatformIDs", () -> clGetPlatformIDs(platforms.length, platforms, null));
        return platforms;
    }

    private static OpenClDevice describe(cl_platform_id platform, cl_device_id id) {
        String version = OpenCl.text(
                "clGetPlatformInfo",
                (size, to, actual) -> clGetPlatformInfo(platform, CL_PLATFORM_VERSION, size, to, actual));
        String driver = text(id, CL_DRIVER_VERSION);
        return new OpenClDevice(
                platform, id, number(id, CL_DEVICE_TYPE), text(id, CL_DEVICE_NAME), version + ", driver " + driver);
    }

    private int rank() {
        return isGpu() ? 0 : isProcessor() ? 2 : 1;
    }

    boolean isGpu() {
        return (type & CL_DEVICE_TYPE_GPU) != 0;
    }

    boolean isProcessor() {
        return (type & CL_DEVICE_TYPE_CPU) != 0;
    }

    /** Returns null if this device can be used, otherwise the reason why not. */
    String reasonAgainst() {
        if (number(id, CL_DEVICE_AVAILABLE) == 0) {
            return name + " is not available";
        }
        if (number(id, CL_DEVICE_COMPILER_AVAILABLE) == 0) {
            return name + " has no compiler for kernels";
        }
        if (number(id, CL_DEVICE_ENDIAN_LITTLE) == 0) {
            return name + " is not little-endian";
        }
        if (!isProcessor() && number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE) < GROUP) {
            return name + " has work-groups of at most " + number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE)
                    + " work-items, but kernels need " + GROUP;
        }
        String version = text(id, CL_DEVICE_OPENCL_C_VERSION);
        if (version.matches("OpenCL C 1\\.[01].*")) {
            return name + " has " + version + ", but kernels need 1.2";
        }
        return null;
    }

    /**
     * Returns the options of the device's compiler. Where the compiler supports it, divisions and square roots are
     * rounded correctly, as on the other backends.
     */
    String compilerOptions() {
        boolean exact = (number(id, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
        return "-cl-std=CL1.2" + (exact ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    }

    String description() {
        String kind = isGpu() ? "GPU" : isProcessor() ? "processor" : "accelerator";
        return name + " (" + kind + ", " + driver + ")";
    }

    long number(int what) {
        return number(id, what);
    }

    private static long number(cl_device_id id, int what) {
        return OpenCl.number("clGetDeviceInfo", (size, to, actual) -> clGetDeviceInfo(id, what, size, to, actual));
    }

    private static String text(cl_device_id id, int what) {
        return OpenCl.text("clGetDeviceInfo", (size, to, actual) -> clGetDeviceInfo(id, what, size, to, actual));
    }
}
