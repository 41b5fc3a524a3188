package dev.ideal4j.kernels.cpu.vector;

import dev.ideal4j.kernels.cpu.VectorSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
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

    private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(SPECIES, 1, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(SPECIES, 4 % LANES, 1, true);
    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(SPECIES, 8 % LANES, 1, true);

    private Lanes() {}

    /**
     * Sum of the lanes, by halves. Not {@code reduceLanes(ADD)}: its order is unspecified and differs between the
     * interpreter and compiled code, so the same call could give two results in one run.
     */
    static float sum(FloatVector x) {
        FloatVector s = x;
        if (LANES >= 16) {
            s = s.add(s.rearrange(BY_8));
        }
        if (LANES >= 8) {
            s = s.add(s.rearrange(BY_4));
        }
        s = s.add(s.rearrange(BY_2));
        return s.add(s.rearrange(BY_1)).lane(0);
    }

    /** The larger of each pair; {@code a} where either is NaN or both are equal. Cheaper than Java's maximum. */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }
}
