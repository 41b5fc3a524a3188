package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Moments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The principal axes of rows, in double precision.
 *
 * @param mean mean of the rows
 * @param eigenvalues eigenvalues of the covariance for the axes that are kept, descending
 * @param axes {@code (k, C)}, orthonormal
 */
record PrincipalAxes(double[] mean, double[] eigenvalues, double[][] axes) {
    /**
     * Computes the axes from moments.
     *
     * @param components number of axes, or 0 for as many as {@code share} needs
     * @param share share of the variance that the axes keep at least; used if {@code components} is 0
     * @throws InvalidInputException if the rows are not finite
     */
    static PrincipalAxes of(Moments moments, int components, double share) {
        double[] mean = moments.mean();
        int width = mean.length;
        DMatrixRMaj covariance = new DMatrixRMaj(width, width);
        double divisor = Math.max(1, moments.count() - 1);
        double sum = 0;
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                double both = moments.scatter()[i * width + j] + moments.scatter()[j * width + i];
                covariance.set(i, j, both / 2 / divisor);
                sum += both;
            }
        }
        if (!Double.isFinite(sum)) {
            throw new InvalidInputException("features of the references", "not all finite", "finite features");
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, true, true);
        if (!eigen.decompose(covariance)) {
            throw new ArithmeticException("eigen decomposition did not converge");
        }
        double[] values = IntStream.range(0, width)
                .mapToDouble(i -> eigen.getEigenvalue(i).getReal())
                .toArray();
        int[] order = IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] descending = Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
        int kept = Math.min(width, components > 0 ? components : needed(descending, share));
        return new PrincipalAxes(
                mean,
                Arrays.copyOf(descending, kept),
                Arrays.stream(order)
                        .limit(kept)
                        .mapToObj(i -> eigen.getEigenVector(i).getData())
                        .toArray(double[][]::new));
    }

    /** One more than the number of cumulative shares below {@code share}. */
    private static int needed(double[] descending, double share) {
        double all = Arrays.stream(descending).sum();
        double sum = 0;
        int below = 0;
        for (double value : descending) {
            sum += value;
            below += sum / all < share ? 1 : 0;
        }
        return below + 1;
    }
}
