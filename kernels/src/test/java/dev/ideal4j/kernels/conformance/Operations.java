package dev.ideal4j.kernels.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All rows. */
final class Operations {
    private Operations() {}

    static List<Operation> all() {
        return Stream.of(
                        ProductsOperations.all(),
                        AttentionOperations.all(),
                        TransformerOperations.all(),
                        RowOperations.all(),
                        EraserOperations.all(),
                        MapOperations.all(),
                        ConvolutionOperations.all(),
                        GradientOperations.all(),
                        AttentionGradientOperations.all(),
                        TrainingOperations.all())
                .flatMap(List::stream)
                .toList();
    }
}
