package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import java.util.Comparator;
import java.util.stream.IntStream;

record ReferenceNeighbours(ReferenceBackend backend) implements Neighbours.Implementation {
    /** A copy of the references in its own memory. */
    private record Index(Tensor rows, Scope memory) implements NeighbourIndex {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        Scope memory = backend.memoryWithin(scope);
        return new Index(backend.copyOf(references, memory), memory);
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        if (!(index instanceof Index)) {
            throw new InvalidInputException("index", "one built by another backend", "one of " + backend.name());
        }
        int width = index.width();
        double[] references = normalized(index.rows());
        double[] unit = normalized(queries);
        int rows = queries.shape().rows();
        double[] best = new double[rows * k];
        int[] positions = new int[rows * k];
        for (int row = 0; row < rows; row++) {
            float[] cosines = new float[index.size()];
            for (int i = 0; i < cosines.length; i++) {
                cosines[i] = (float) Rows.dot(unit, row * width, references, i * width, width);
            }
            int[] order = IntStream.range(0, cosines.length)
                    .boxed()
                    .sorted(mostSimilarFirst(cosines))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < k; i++) {
                best[row * k + i] = cosines[order[i]];
                positions[row * k + i] = order[i];
            }
        }
        backend.write(best, similarities);
        backend.write(positions, indices);
    }

    private double[] normalized(Tensor x) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        for (int row = 0; row < x.shape().rows(); row++) {
            Rows.normalize(values, row * width, width, Neighbours.NORM_EPS);
        }
        return values;
    }

    /** Orders NaN last, then by larger value, then by lower position. */
    private static Comparator<Integer> mostSimilarFirst(float[] cosines) {
        return Comparator.comparing((Integer i) -> Float.isNaN(cosines[i]))
                .thenComparing((a, b) -> cosines[a] > cosines[b] ? -1 : cosines[a] < cosines[b] ? 1 : 0)
                .thenComparing(Comparator.naturalOrder());
    }
}
