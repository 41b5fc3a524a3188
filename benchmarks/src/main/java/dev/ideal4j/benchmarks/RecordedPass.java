package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;

/** A network's pass, of images that are on the device, to features that stay there: its commands given anew, or recorded. */
final class RecordedPass implements AutoCloseable {
    private final PixelExtractor network;
    private final Scope scope;
    private final Tensor input;
    private final Tensor features;
    private final Recording recording;

    RecordedPass(PixelExtractor network, int batch) {
        this.network = network;
        Backend backend = network.backend();
        this.scope = backend.scope();
        int size = network.preparedSize();
        input = scope.upload(SeededValues.uniform("input", batch * size, 2, 0), batch, size);
        features = scope.allocate(batch, network.patches(), network.width());
        direct();
        recording = scope.own(backend.record(this::give));
    }

    private void give() {
        network.features(input, features);
    }

    /** How it is recorded. */
    String description() {
        return recording.description();
    }

    /** Gives the commands anew and waits. */
    float[] direct() {
        give();
        return row();
    }

    /** Replays them and waits. */
    float[] replayed() {
        recording.replay();
        return row();
    }

    /** Milliseconds that giving the commands takes the host: what a fast device waits for. */
    double millisToGive(boolean replay) {
        long start = System.nanoTime();
        if (replay) {
            recording.replay();
        } else {
            give();
        }
        long given = System.nanoTime();
        row();
        return (given - start) / 1e6;
    }

    private float[] row() {
        return features.slice(0, 1)
                .reshape(network.patches(), network.width())
                .slice(0, 1)
                .toArray();
    }

    @Override
    public void close() {
        scope.close();
    }
}
