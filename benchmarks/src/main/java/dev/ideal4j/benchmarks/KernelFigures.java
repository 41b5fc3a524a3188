package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import java.util.List;
import java.util.Locale;

/**
 * What each file of portable kernels achieves at the sizes of ViT-S/14 at 448 and of a training step, beside the CPU backend in
 * the same run: a line of Markdown each. Floating-point operations are counted where products dominate, else the bytes
 * that inputs and outputs have.
 */
public final class KernelFigures {
    private static final int ROUNDS = 5;

    private KernelFigures() {}

    /**
     * Measures.
     *
     * @param arguments name of the backend, then the files to measure if not all, as {@code local-pca}
     */
    public static void main(String[] arguments) throws Exception {
        List<String> files = List.of(arguments).subList(1, arguments.length);
        System.out.println("| file | operation | ms | rate | share of the CPU backend's |");
        System.out.println("|---|---|--:|--:|--:|");
        try (Backend subject = Backends.open(arguments[0]);
                Backend cpu = Backends.open("cpu")) {
            for (KernelWork work : KernelWork.all()) {
                if (files.isEmpty() || files.contains(work.file())) {
                    System.out.println(line(work, subject, cpu));
                }
            }
        }
    }

    private static String line(KernelWork work, Backend subject, Backend cpu) throws Exception {
        try (Scope there = subject.scope();
                Scope here = cpu.scope()) {
            double[] millis = new Interleaved(ROUNDS).medians(side(work, there), side(work, here));
            String rate = work.flops() > 0
                    ? String.format(Locale.ROOT, "%.0f GFLOP/s", work.flops() / millis[0] / 1e6)
                    : String.format(Locale.ROOT, "%.1f GB/s", work.bytes() / millis[0] / 1e6);
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %s | %.0f %% |",
                    work.file(),
                    work.operation(),
                    millis[0],
                    rate,
                    100 * millis[1] / millis[0]);
        }
    }

    private static Interleaved.Side side(KernelWork work, Scope scope) {
        KernelWork.Prepared prepared = work.prepare(scope);
        return () -> new float[] {OnBackend.await(prepared.run())};
    }
}
