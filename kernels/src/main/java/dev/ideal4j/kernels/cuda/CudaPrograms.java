package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.DeviceException;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns sources into modules. If NVRTC's library exists and is not newer than the driver, a module is machine code from
 * the cache of earlier runs or from NVRTC. Otherwise, or if NVRTC does not accept the source for the device, the driver
 * compiles the PTX in the jar and keeps the result in its own cache.
 */
record CudaPrograms(String backend, CudaDevice device, BinaryCache cache) {
    private static final Logger LOG = LoggerFactory.getLogger(CudaPrograms.class);
    private static final int LOG_BYTES = 1 << 14;

    /**
     * Returns a loaded module. The caller must have made the context current.
     *
     * @param source complete source in CUDA C++
     * @throws DeviceException with the compiler's log if the source does not compile, or if there is no way to compile
     *     it
     */
    CUmodule load(String name, String source) {
        String reason = CudaLibrary.reasonAgainstCompiler();
        if (reason == null) {
            reason = RunTimeCompiler.reasonAgainst(device.driver());
        }
        PackagedPtx ptx = PackagedPtx.of(name, source, device.capability());
        if (reason == null) {
            try {
                return compiled(name, source);
            } catch (DeviceException | Cuda.Failure e) {
                if (ptx == null || e instanceof Cuda.Failure failure && failure.isFinal()) {
                    throw e;
                }
                // This happens with an NVRTC that is older than the device.
                LOG.warn("{} takes the PTX of the jar for the kernels {}: {}", backend, name, e.getMessage());
            }
        }
        if (ptx == null) {
            throw new DeviceException(
                    backend,
                    "the kernels " + name + " were not compiled when ideal4j was built, and cannot be now: " + reason);
        }
        return fromPtx(name, ptx.text());
    }

    private CUmodule compiled(String name, String source) {
        List<String> options = RunTimeCompiler.options(device.capability());
        String key = BinaryCache.key(source, String.join(" ", options), RunTimeCompiler.version());
        byte[] binary = cache.load(key);
        CUmodule module = binary == null ? null : fromBinary(binary);
        if (module == null) {
            binary = RunTimeCompiler.compile(backend, name, source, options);
            module = new CUmodule();
            CUmodule loaded = module;
            byte[] code = binary;
            Cuda.call("cuModuleLoadData of " + name, () -> JCudaDriver.cuModuleLoadData(loaded, code));
            cache.store(key, binary);
        }
        return module;
    }

    /** Returns null if the driver rejects the machine code. */
    private static CUmodule fromBinary(byte[] binary) {
        CUmodule module = new CUmodule();
        return JCudaDriver.cuModuleLoadData(module, binary) == CUresult.CUDA_SUCCESS ? module : null;
    }

    private CUmodule fromPtx(String name, String ptx) {
        JITOptions options = new JITOptions();
        options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
        options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
        CUmodule module = new CUmodule();
        byte[] terminated = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
        int status = JCudaDriver.cuModuleLoadDataJIT(module, Pointer.to(terminated), options);
        if (status != CUresult.CUDA_SUCCESS) {
            String log = options.getString(CUjit_option.CU_JIT_ERROR_LOG_BUFFER).strip();
            throw new DeviceException(
                    backend,
                    "the driver does not take the kernels " + name + ": " + CUresult.stringFor(status)
                            + (log.isEmpty() ? "" : "\n" + log));
        }
        return module;
    }
}
