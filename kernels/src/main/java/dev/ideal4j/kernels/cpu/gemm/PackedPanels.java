package dev.ideal4j.kernels.cpu.gemm;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;

/**
 * A linear layer in panels.
 *
 * @param panels packed by {@link Panels}
 * @param bias filled up to whole panels by zeros; null for none
 * @param memory holds both
 */
record PackedPanels(CpuRuntime cpu, int in, int out, Tensor panels, Tensor bias, Scope memory) implements PackedWeight {
    /** The weight as this backend packed it. */
    static PackedPanels of(PackedWeight weight, CpuRuntime cpu) {
        if (weight instanceof PackedPanels packed && packed.cpu == cpu) {
            return packed;
        }
        throw new InvalidInputException(
                "weight",
                "one packed by another backend",
                "one of this " + cpu.backend().name());
    }

    @Override
    public void close() {
        memory.close();
    }
}
