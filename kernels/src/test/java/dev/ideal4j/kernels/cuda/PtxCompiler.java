package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.nio.charset.StandardCharsets;
import jcuda.LogLevel;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** NVIDIA's PTX compiler, which JCuda brings along whole. */
final class PtxCompiler {
    private static final String REASON =
            NativeLibraries.load("the PTX compiler of JCuda", () -> JNvPTXCompiler.setLogLevel(LogLevel.LOG_QUIET));

    private PtxCompiler() {}

    /** Null if it can be called, else why not. */
    static String reasonAgainst() {
        return REASON;
    }

    /** Compiles for a device, as {@code sm_80}; its errors, or nothing. */
    static String compile(String ptx, String device) {
        byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        int created = JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text);
        if (created != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
            return nvPTXCompileResult.stringFor(created);
        }
        try {
            String[] options = {"--gpu-name=" + device};
            int result = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
            return result == nvPTXCompileResult.NVPTXCOMPILE_SUCCESS
                    ? ""
                    : nvPTXCompileResult.stringFor(result) + ": " + errorLog(compiler);
        } finally {
            JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
        }
    }

    private static String errorLog(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
        return text(log);
    }

    private static String text(byte[] log) {
        return new String(log, StandardCharsets.UTF_8).replace("\0", "").trim();
    }
}
