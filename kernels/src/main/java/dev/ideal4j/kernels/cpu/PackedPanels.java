package dev.ideal4j.kernels.cpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.PackedWeight;

/**
 * A linear layer in panels.
 *
 * @param panels packed by {@link Panels}
 * @param bias filled up to whole panels by zeros; null for none
 * @param memory holds both
 */
record PackedPanels(CpuBackend backend, int in, int out, Tensor panels, Tensor bias, Scope memory)
        implements PackedWeight {
    /** The weight as this backend packed it. */
    static PackedPanels of(PackedWeight weight, CpuBackend backend) {
        if (weight instanceof PackedPanels packed && packed.backend == backend) {
            return packed;
        }
        throw new InvalidInputException("weight", "one packed by another backend", "one of this " + backend.name());
    }

    @Override
    public void close() {
        memory.close();
    }
}
