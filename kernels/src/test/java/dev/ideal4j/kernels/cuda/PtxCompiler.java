package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    /**
     * Compiles for a device, as {@code sm_80}; its errors, warnings (as of products that it serialises) and spilled registers,
     * or nothing. Null if no compiler here knows the device.
     */
    static String compile(String ptx, String device) throws IOException {
        return device.matches("sm_1\\d\\d.*") ? byPtxas(ptx, device) : byJcuda(ptx, device, PtxCompiler::complaints);
    }

    /** The registers of a thread of a kernel that JCuda's compiler compiles for a device. */
    static int registers(String ptx, String device, String kernel) {
        String log = byJcuda(ptx, device, whole -> whole);
        Matcher found = Pattern.compile("(?s)entry function '" + kernel + "'.*?Used (\\d+) registers")
                .matcher(log);
        assertThat(found.find()).as(log).isTrue();
        return Integer.parseInt(found.group(1));
    }

    private static String byJcuda(String ptx, String device, UnaryOperator<String> result) {
        byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        int created = JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text);
        if (created != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
            return nvPTXCompileResult.stringFor(created);
        }
        try {
            String[] options = {"--gpu-name=" + device, "--verbose"};
            int status = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
            return status == nvPTXCompileResult.NVPTXCOMPILE_SUCCESS
                    ? result.apply(infoLog(compiler))
                    : nvPTXCompileResult.stringFor(status) + ": " + errorLog(compiler);
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

    private static String infoLog(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, log);
        return text(log);
    }

    /** By the {@code ptxas} of CUDA 13, since the compiler of JCuda is older than the device. */
    private static String byPtxas(String ptx, String device) throws IOException {
        Path file = Files.writeString(Files.createTempFile("kernels", ".ptx"), ptx);
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "ptxas", "--verbose", "-arch=" + device, file.toString(), "-o", "/dev/null")
                    .redirectErrorStream(true);
            builder.environment().remove("LD_PRELOAD"); // it is for JVMs, and makes others talk
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return null;
            }
            String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? complaints(log) : log;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            Files.delete(file);
        }
    }

    /** The lines of a verbose log that tell of slow code. */
    private static String complaints(String log) {
        return log.lines()
                .filter(line -> line.contains("(C7")
                        || line.contains("warning")
                        || line.matches(".*\\d{3} bytes spill .*")) // a few bytes cost nothing
                .collect(Collectors.joining("\n"));
    }

    private static String text(byte[] log) {
        return new String(log, StandardCharsets.UTF_8).replace("\0", "").trim();
    }
}
