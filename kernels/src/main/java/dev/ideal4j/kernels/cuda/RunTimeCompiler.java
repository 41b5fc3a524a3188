package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.DeviceException;
import java.util.ArrayList;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** NVRTC. This class may be used only if {@link CudaLibrary#reasonAgainstCompiler()} is null. */
final class RunTimeCompiler {
    private RunTimeCompiler() {}

    /** Returns the options for machine code of a device. */
    static List<String> options(int capability) {
        List<String> options = new ArrayList<>(PackagedPtx.OPTIONS);
        options.add("--gpu-architecture=sm_" + capability + (capability == 90 ? "a" : ""));
        return options;
    }

    static String version() {
        int[] major = new int[1];
        int[] minor = new int[1];
        JNvrtc.nvrtcVersion(major, minor);
        return major[0] + "." + minor[0];
    }

    /**
     * Returns null if a driver can load the output of this compiler, otherwise the reason why not.
     *
     * @param driver version of the driver, for example 12060 for CUDA 12.6
     */
    static String reasonAgainst(int driver) {
        int major = Integer.parseInt(version().split("\\.")[0]);
        return major <= driver / 1000
                ? null
                : "NVRTC " + version() + " is too new for a driver for CUDA " + CudaDevice.version(driver);
    }

    /**
     * Compiles a source to machine code.
     *
     * @throws DeviceException with the log if the source does not compile
     */
    static byte[] compile(String backend, String name, String source, List<String> options) {
        nvrtcProgram program = new nvrtcProgram();
        check(backend, JNvrtc.nvrtcCreateProgram(program, source, name + ".cu", 0, null, null));
        try {
            int status = JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(new String[0]));
            if (status != nvrtcResult.NVRTC_SUCCESS) {
                String[] log = {""};
                JNvrtc.nvrtcGetProgramLog(program, log);
                String problem = JNvrtc.nvrtcGetErrorString(status) + "\n" + log[0];
                throw new DeviceException(backend, "the kernels " + name + " do not compile: " + problem);
            }
            long[] size = new long[1];
            check(backend, JNvrtc.nvrtcGetCUBINSize(program, size));
            byte[] binary = new byte[Math.toIntExact(size[0])];
            check(backend, JNvrtc.nvrtcGetCUBIN(program, binary));
            return binary;
        } finally {
            JNvrtc.nvrtcDestroyProgram(program);
        }
    }

    private static void check(String backend, int status) {
        if (status != nvrtcResult.NVRTC_SUCCESS) {
            throw new DeviceException(backend, "NVRTC failed: " + JNvrtc.nvrtcGetErrorString(status));
        }
    }
}
