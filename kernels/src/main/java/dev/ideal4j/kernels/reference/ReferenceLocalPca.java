package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

record ReferenceLocalPca(ReferenceBackend backend) implements LocalPca.Implementation {
    @Override
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int width = references.shape().last();
        int k = similarities.shape().last();
        double[] residuals = backend.read(targets);
        double[] rows = backend.read(references);
        double[] weights = backend.read(similarities);
        int[] positions = backend.read(indices);
        for (int row = 0; row < targets.shape().rows(); row++) {
            double[] w = Arrays.copyOfRange(weights, row * k, (row + 1) * k);
            ReferenceActivations.softmax(w, 0, k);
            double[] centre = new double[width];
            for (int i = 0; i < k; i++) {
                Rows.add(w[i], rows, positions[row * k + i] * width, centre, 0, width);
            }
            double[] x = new double[k * width];
            for (int i = 0; i < k; i++) {
                double root = Math.sqrt(w[i] + LocalPca.WEIGHT_EPS);
                Rows.add(root, rows, positions[row * k + i] * width, x, i * width, width);
                Rows.add(-root, centre, 0, x, i * width, width);
            }
            double[] d = Arrays.copyOfRange(residuals, row * width, (row + 1) * width);
            Rows.add(-1, centre, 0, d, 0, width);
            double[] clean = d.clone();
            if (!Arrays.stream(d).allMatch(Double::isFinite)) {
                Arrays.fill(clean, Double.NaN);
            } else {
                for (double[] u : directions(x, k, width, rank)) {
                    Rows.add(-strength * Rows.dot(u, 0, d, 0, width), u, 0, clean, 0, width);
                }
            }
            System.arraycopy(clean, 0, residuals, row * width, width);
        }
        backend.write(residuals, out);
    }

    /**
     * Returns the unit directions of the {@code rank} largest eigenvalues of {@code X Xᵀ}. Eigenvalues at the level of
     * noise are omitted.
     */
    private static List<double[]> directions(double[] x, int k, int width, int rank) {
        if (rank == 0) {
            return List.of();
        }
        DMatrixRMaj gram = new DMatrixRMaj(k, k);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                gram.set(i, j, Rows.dot(x, i * width, x, j * width, width));
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(k, true, true);
        if (!eigen.decompose(gram)) {
            throw new ArithmeticException("eigen decomposition did not converge");
        }
        int[] order = IntStream.range(0, k)
                .boxed()
                .sorted(Comparator.comparing(
                        (Integer i) -> -eigen.getEigenvalue(i).getReal()))
                .mapToInt(Integer::intValue)
                .toArray();
        double noise = LocalPca.EIGENVALUE_NOISE * eigen.getEigenvalue(order[0]).getReal();
        return Arrays.stream(order)
                .limit(rank)
                .filter(i -> eigen.getEigenvalue(i).getReal() > noise)
                .mapToObj(i -> direction(x, width, eigen.getEigenvalue(i).getReal(), eigen.getEigenVector(i)))
                .toList();
    }

    /** Returns {@code Xᵀ v / √(λ + eps)}, normalised. */
    private static double[] direction(double[] x, int width, double eigenvalue, DMatrixRMaj vector) {
        double[] u = new double[width];
        for (int i = 0; i < vector.getNumElements(); i++) {
            Rows.add(vector.get(i) / Math.sqrt(eigenvalue + LocalPca.EIGENVALUE_EPS), x, i * width, u, 0, width);
        }
        Rows.normalize(u, 0, width, LocalPca.NORM_EPS);
        return u;
    }
}
