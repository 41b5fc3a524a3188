package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.nve.NormalVariationEraser;

/** The Normal Variation Eraser on made-up patches of ViT-S, references and queries given; preparing the references counts. */
final class EraserTask implements AutoCloseable {
    private static final int WIDTH = 384;

    private final Backend backend;
    private final Scope scope;
    private final Tensor normal;
    private final Tensor query;

    EraserTask(Backend backend, int queries, int references) {
        this.backend = backend;
        scope = backend.scope();
        normal = scope.upload(SeededValues.uniform("normal", references * WIDTH, 1, 0), references, WIDTH);
        query = scope.upload(SeededValues.uniform("query", queries * WIDTH, 1, 0), queries, WIDTH);
    }

    float[] run() {
        try (Scope local = backend.scope()) {
            NormalVariationEraser eraser =
                    NormalVariationEraser.of(normal, NormalVariationEraser.Settings.PUBLISHED, local);
            return eraser.erase(query, local).residuals().slice(0, 1).toArray();
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
