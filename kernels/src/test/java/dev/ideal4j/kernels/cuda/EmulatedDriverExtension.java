package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.emulation.EmulatedKernels;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** In a JVM that is to have the {@link EmulatedDriver}, makes it before the first test, or says why there are no tests. */
public final class EmulatedDriverExtension implements ExecutionCondition {
    private static ConditionEvaluationResult result;

    /** Called by the service loader. */
    public EmulatedDriverExtension() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String folder = System.getProperty(EmulatedDriver.PROPERTY);
        if (folder == null) {
            return ConditionEvaluationResult.enabled("not asked for");
        }
        synchronized (EmulatedDriverExtension.class) {
            if (result == null) {
                result = install(Path.of(folder));
            }
            return result;
        }
    }

    private static ConditionEvaluationResult install(Path folder) {
        String reason = EmulatedDriver.reasonAgainst();
        if (reason != null) {
            EmulatedKernels.failIfRequired(reason);
            System.out.println("the CUDA driver is not emulated: " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
        EmulatedDriver.install(folder);
        if (!EmulatedDriver.isLoaded()) {
            throw new AssertionError("the CUDA driver of this JVM is not the emulated one; LD_LIBRARY_PATH is "
                    + System.getenv("LD_LIBRARY_PATH") + "; " + CudaLibrary.reasonAgainst());
        }
        return ConditionEvaluationResult.enabled("the driver is emulated");
    }
}
