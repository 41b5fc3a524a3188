package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.support.Chunks;
import dev.ideal4j.detectors.Anomaly;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Scores images by their patches. The commands from prepared input to results are recorded and replayed on backends that
 * become faster by recording. A recording depends on the number of images in the pass only. A number of images is recorded
 * when it occurs for the second time. The recordings of the two numbers used last are kept, with their memory. The bits are
 * those of a pass without recording.
 *
 * <p>Thread-safe. A thread holds the lock only until the device has the commands of a recording, and threads wait for their
 * results in parallel. The system property {@value #PROPERTY} controls this: {@code off} records nothing, {@code on} records
 * even on backends that do not become faster.
 */
public final class ScoringPasses implements AutoCloseable {
    /** System property: {@code on} or {@code off}. */
    public static final String PROPERTY = "ideal4j.recorded-passes";

    /** Largest number of recordings: usually one for full chunks, and one for the rest of a list. */
    private static final int MOST = 2;

    private final PatchScoring scoring;
    private final FeatureExtractor extractor;
    private final BiFunction<Tensor, Scope, Tensor> scorer;
    private final BitSet seen = new BitSet();
    /** Recordings by number of images; the one used last is at the end. */
    private final Map<Integer, Recorded> recorded = new LinkedHashMap<>(MOST, 1, true);

    private volatile boolean recording;

    /**
     * Creates the passes of one fitted detector.
     *
     * @param scorer as for {@link PatchScoring#byFeatures}; its commands must depend on the number of images only, and from
     *     the second call with a number on it must only enqueue commands, without reading results on the host
     */
    public ScoringPasses(PatchScoring scoring, BiFunction<Tensor, Scope, Tensor> scorer) {
        this.scoring = scoring;
        this.extractor = scoring.extractor();
        this.scorer = scorer;
        this.recording = extractor instanceof PixelExtractor && wanted(extractor.backend());
    }

    private static boolean wanted(Backend backend) {
        String chosen = System.getProperty(PROPERTY, "");
        return switch (chosen) {
            case "" -> backend.gainsByRecording();
            case "on" -> true;
            case "off" -> false;
            default -> throw new InvalidInputException("system property " + PROPERTY, chosen, "on or off");
        };
    }

    /**
     * Scores images, in order. The host prepares images while the device works on those before them.
     *
     * @throws InvalidInputException if an image's score is not a number
     */
    public List<Anomaly> score(List<RgbImage> images) {
        boolean records = recording && !StoredFeatures.inUse(extractor);
        if (!records || !(extractor instanceof PixelExtractor prepared)) {
            return scoring.byFeatures(images, scorer);
        }
        List<Anomaly> anomalies = new ArrayList<>();
        PixelsAhead ahead = new PixelsAhead(prepared, images);
        Chunks.run(extractor.backend().imagesAtOnce(), images.size(), (first, count) -> {
            Consumer<Tensor> preparation = ahead.of(first, count);
            try (Scope local = extractor.backend().scope()) {
                Tensor input = local.allocateUninitialised(count, prepared.preparedSize());
                preparation.accept(input);
                PatchScoring.Outcome outcome = scoring.outcome(count, local);
                if (!replay(prepared, input, outcome)) {
                    run(prepared, input, outcome);
                }
                anomalies.addAll(outcome.read());
            }
        });
        return anomalies;
    }

    /** Runs a pass. After the first pass with a number of images it consists of device commands only. */
    private void run(PixelExtractor prepared, Tensor input, PatchScoring.Outcome outcome) {
        try (Scope scratch = extractor.backend().scope()) {
            Tensor features = scratch.allocate(outcome.batch(), extractor.patches(), extractor.width());
            prepared.features(input, features);
            outcome.write(scorer.apply(features, scratch));
        }
    }

    /**
     * A recorded pass with its input and output tensors. The scope does not own the recording. The recording refers to
     * tensors of the scope, so it is closed first.
     */
    private record Recorded(Scope memory, Tensor input, PatchScoring.Outcome outcome, Recording pass) {
        void close() {
            try {
                pass.close();
            } finally {
                memory.close();
            }
        }
    }

    /**
     * Replays the pass; returns false if there is no recording. The device runs commands in order, so the next thread may
     * enqueue its commands at once.
     */
    private synchronized boolean replay(PixelExtractor prepared, Tensor input, PatchScoring.Outcome to) {
        Recorded known = recorded.get(to.batch());
        if (known != null) {
            extractor.backend().copy(input, known.input);
            known.pass.replay();
        } else if (seen.get(to.batch())) {
            known = record(prepared, input, to.batch());
        }
        seen.set(to.batch());
        if (known == null) {
            return false;
        }
        extractor.backend().copy(known.outcome.all(), to.all());
        return true;
    }

    /** Records the pass, which also runs it. If recording fails, returns null and never records again. */
    private Recorded record(PixelExtractor prepared, Tensor values, int batch) {
        if (recorded.size() == MOST) {
            Integer oldest = recorded.keySet().iterator().next();
            recorded.remove(oldest).close();
        }
        Backend backend = extractor.backend();
        Scope memory = backend.scope();
        try {
            Tensor input = memory.copy(values);
            PatchScoring.Outcome outcome = scoring.outcome(batch, memory);
            Recording pass = backend.record(() -> run(prepared, input, outcome));
            Recorded made = new Recorded(memory, input, outcome, pass);
            recorded.put(batch, made);
            return made;
        } catch (InvalidInputException | OutOfDeviceMemoryException e) {
            memory.close(); // if the pass itself is at fault, running it without recording reports the error
            recording = false;
            return null;
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** Closes the recordings and frees their memory. */
    @Override
    public synchronized void close() {
        recorded.values().forEach(Recorded::close);
        recorded.clear();
    }
}
