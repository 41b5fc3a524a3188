package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.core.DeviceException;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import org.jocl.Pointer;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_program;

/** Builds programs from source, or from the binaries of earlier builds. */
final class OpenClPrograms {
    private final String backend;
    private final cl_context context;
    private final OpenClDevice device;
    private final String options;
    private final BinaryCache cache;

    OpenClPrograms(String backend, cl_context context, OpenClDevice device, BinaryCache cache) {
        this.cache = cache;
        this.backend = backend;
        this.context = context;
        this.device = device;
        this.options = device.compilerOptions();
    }

    /**
     * Builds a program.
     *
     * @throws DeviceException with the compiler's log if the source does not compile
     */
    cl_program build(String name, String source) {
        String key = BinaryCache.key(source, options, device.name(), device.driver());
        byte[] binary = cache.load(key);
        cl_program program = binary == null ? null : fromBinary(binary);
        if (program == null) {
            program = fromSource(name, source);
            cache.store(key, binary(program));
        }
        return program;
    }

    /**
     * Returns null if the driver rejects the binary, for instance because the driver changed without changing its
     * version.
     */
    private cl_program fromBinary(byte[] binary) {
        int[] status = new int[1];
        int[] binaryStatus = new int[1];
        cl_program program = clCreateProgramWithBinary(
                context,
                1,
                new cl_device_id[] {device.id()},
                new long[] {binary.length},
                new byte[][] {binary},
                binaryStatus,
                status);
        if (status[0] != CL_SUCCESS || binaryStatus[0] != CL_SUCCESS) {
            return null;
        }
        if (clBuildProgram(program, 0, null, options, null, null) != CL_SUCCESS) {
            clReleaseProgram(program);
            return null;
        }
        return program;
    }

    private cl_program fromSource(String name, String source) {
        cl_program program = OpenCl.create(
                "clCreateProgramWithSource",
                status -> clCreateProgramWithSource(context, 1, new String[] {source}, null, status));
        int status = clBuildProgram(program, 0, null, options, null, null);
        if (status != CL_SUCCESS) {
            String log = OpenCl.text(
                    "clGetProgramBuildInfo",
                    (size, to, actual) ->
                            clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, size, to, actual));
            clReleaseProgram(program);
            throw new DeviceException(
                    backend, "the kernels " + name + " do not compile: " + stringFor_errorCode(status) + "\n" + log);
        }
        return program;
    }

    private static byte[] binary(cl_program program) {
        long[] size = new long[1];
        OpenCl.call(
                "clGetProgramInfo",
                () -> clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, Long.BYTES, Pointer.to(size), null));
        byte[] binary = new byte[Math.toIntExact(size[0])];
        Pointer pointers = Pointer.to(Pointer.to(binary));
        OpenCl.call(
                "clGetProgramInfo",
                () -> clGetProgramInfo(program, CL_PROGRAM_BINARIES, org.jocl.Sizeof.POINTER, pointers, null));
        return binary;
    }
}
