package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import java.util.Map;

/** Implements {@link LocalPca} by {@code local-pca.kc}, which is compiled once for few neighbours and once for many. */
public class GpuLocalPca implements LocalPca.Implementation {
    private static final int FEW = 16;

    /** The number of targets of a group on a CPU, as in {@code local-pca.kc}. */
    private static final int PROCESSOR_LANES = 16;

    private final GpuBackend backend;
    private final Kernels forFew;
    private final Kernels forMany;
    private final int most;

    /** Creates the operations of {@code backend}. */
    public GpuLocalPca(GpuBackend backend) {
        this.backend = backend;
        this.forFew = backend.kernels(Map.of("K", FEW), "local-pca");
        this.most = mostNeighbours(backend.runtime().device());
        this.forMany = backend.kernels(Map.of("K", most), "local-pca");
    }

    /**
     * Returns the largest number of neighbours that fits the device's local memory, which holds two square matrices. A
     * CPU has no such limit.
     */
    private static int mostNeighbours(GpuDevice device) {
        int most = LocalPca.MAX_NEIGHBOURS;
        while (!device.isProcessor() && bytes(most, device.groupSize()) > device.localBytes()) {
            most--;
        }
        return most;
    }

    /** Returns the size of the local arrays of {@code local-pca.kc}. */
    private static long bytes(int neighbours, int groupSize) {
        int pairs = neighbours / 2 + 1;
        return 4L * (2 * neighbours * neighbours + 2 * neighbours + 2 * pairs + 1 + groupSize);
    }

    @Override
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int number = targets.shape().rows();
        int k = similarities.shape().last();
        if (k > most) {
            throw new InvalidInputException(
                    "neighbours",
                    Integer.toString(k),
                    "at most " + most + " with the local memory of " + backend.name());
        }
        int together = backend.runtime().device().isProcessor() ? PROCESSOR_LANES : 1;
        try (Scope scratch = backend.scope()) {
            (k <= FEW ? forFew : forMany)
                    .launch("erase")
                    .in(targets)
                    .in(references)
                    .in(similarities)
                    .in(indices)
                    .with(number, k, targets.shape().last(), rank)
                    .with(strength)
                    .with(LocalPca.WEIGHT_EPS)
                    .with(LocalPca.EIGENVALUE_EPS)
                    .with(LocalPca.EIGENVALUE_NOISE)
                    .with(LocalPca.NORM_EPS)
                    .out(scratch.allocateUninitialised(out.shape()))
                    .out(scratch.allocateUninitialised(out.shape()))
                    .out(out)
                    .rows((number + together - 1) / together);
        }
    }
}
