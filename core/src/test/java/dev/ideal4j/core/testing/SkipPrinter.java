package dev.ideal4j.core.testing;

import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints each test and class that is skipped, by a condition or by an assumption, with the reason. */
public final class SkipPrinter implements TestExecutionListener {
    private TestPlan plan;

    /** Called by the service loader. */
    public SkipPrinter() {}

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        System.out.println("skipped: " + name(test) + ": " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            executionSkipped(
                    test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    /** Names from the class to the test; the root, which is JUnit's engine, is left out. */
    private String name(TestIdentifier test) {
        Optional<TestIdentifier> parent = plan.getParent(test);
        return parent.isEmpty() || parent.get().getParentId().isEmpty()
                ? test.getDisplayName()
                : name(parent.get()) + " > " + test.getDisplayName();
    }
}
