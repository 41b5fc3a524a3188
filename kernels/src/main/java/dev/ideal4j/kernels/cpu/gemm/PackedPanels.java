package dev.ideal4j.kernels.cpu.gemm;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;

/**
 * A linear layer packed into panels.
 *
 * @param panels the weight, packed by {@link Panels}
 * @param bias padded with zeros to whole panels; null for none
 * @param memory holds both tensors
 */
record PackedPanels(CpuRuntime cpu, int in, int out, Tensor panels, Tensor bias, Scope memory) implements PackedWeight {
    /**
     * Returns the weight as this backend packed it.
     *
     * @throws InvalidInputException if another backend packed the weight
     */
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
