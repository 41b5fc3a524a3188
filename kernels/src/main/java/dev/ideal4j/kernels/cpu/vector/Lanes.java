package dev.ideal4j.kernels.cpu.vector;

import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width. It is fixed for the life of the JVM, because the JIT compiler produces vector instructions only for
 * a constant species.
 */
final class Lanes {
    /** The species that the JVM prefers, or the one that {@link VectorSupport#BITS_PROPERTY} forces. */
    static final VectorSpecies<Float> SPECIES =
            switch (Integer.getInteger(VectorSupport.BITS_PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize())) {
                case 128 -> FloatVector.SPECIES_128;
                case 256 -> FloatVector.SPECIES_256;
                case 512 -> FloatVector.SPECIES_512;
                default -> FloatVector.SPECIES_PREFERRED;
            };

    /** The number of floats in a vector. */
    static final int LANES = SPECIES.length();

    private Lanes() {}

    /**
     * Returns the sum of the lanes that a vector was stored to, adding halves, and overwrites the lanes. This method
     * replaces {@code reduceLanes(ADD)}, whose order is unspecified and differs between the interpreter and compiled
     * code, so that the same call could give two results in one run.
     */
    static float sum(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }
}
