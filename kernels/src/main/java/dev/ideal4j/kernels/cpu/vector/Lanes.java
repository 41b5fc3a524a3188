package dev.ideal4j.kernels.cpu.vector;

import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector width, fixed for the life of the JVM: only a constant species is compiled to instructions. */
final class Lanes {
    /** The widest, or the one that {@link VectorSupport#BITS_PROPERTY} forces. */
    static final VectorSpecies<Float> SPECIES =
            switch (Integer.getInteger(VectorSupport.BITS_PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize())) {
                case 128 -> FloatVector.SPECIES_128;
                case 256 -> FloatVector.SPECIES_256;
                case 512 -> FloatVector.SPECIES_512;
                default -> FloatVector.SPECIES_PREFERRED;
            };

    /** Floats in a vector. */
    static final int LANES = SPECIES.length();

    private Lanes() {}

    /**
     * Sum of the lanes that a vector was stored to, by halves; overwrites them. Instead of {@code reduceLanes(ADD)}, whose
     * order is unspecified and differs between the interpreter and compiled code, so that the same call could give two
     * results in one run.
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
