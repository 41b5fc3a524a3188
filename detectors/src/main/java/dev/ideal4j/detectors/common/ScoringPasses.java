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
import dev.ideal4j.detectors.Anomaly;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Scores images by their patches, from prepared input to outcome by commands that a backend has recorded, where it gains by
 * that. What differs from pass to pass is the number of images alone: a number that comes for the second time is recorded, and
 * the recordings of the last two numbers are held, with the memory that they work in. The bits are those of a pass that is
 * not recorded.
 *
 * <p>Thread-safe. Threads take turns with a recording only until the device has its commands, and wait for the outcome side by
 * side. The system property {@value #PROPERTY} decides: {@code off} records nothing, {@code on} also where nothing is gained.
 */
public final class ScoringPasses implements AutoCloseable {
    /** System property: {@code on} or {@code off}. */
    public static final String PROPERTY = "ideal4j.recorded-passes";

    /** Usually one number of images, and the rest of a list. */
    private static final int MOST = 2;

    private final PatchScoring scoring;
    private final FeatureExtractor extractor;
    private final BiFunction<Tensor, Scope, Tensor> scorer;
    private final BitSet seen = new BitSet();
    /** By number of images, the one used last at the end. */
    private final Map<Integer, Recorded> recorded = new LinkedHashMap<>(MOST, 1, true);

    private volatile boolean recording;

    /**
     * Passes of one fitted detector.
     *
     * @param scorer as for {@link PatchScoring#byFeatures}: gives commands that depend on the number of images alone, and
     *     from its second time on nothing but commands
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
     * Scores images, in order.
     *
     * @throws InvalidInputException if an image's score is not a number
     */
    public List<Anomaly> score(List<RgbImage> images) {
        boolean records = recording && !StoredFeatures.inUse(extractor);
        if (!records || !(extractor instanceof PixelExtractor prepared)) {
            return scoring.byFeatures(images, scorer);
        }
        List<Anomaly> anomalies = new ArrayList<>();
        for (List<RgbImage> some : PatchScoring.chunks(images)) {
            float[] input = prepared.prepare(prepared.pixels(some));
            try (Scope local = extractor.backend().scope()) {
                PatchScoring.Outcome outcome = scoring.outcome(some.size(), local);
                if (!replay(prepared, input, outcome)) {
                    run(prepared, local.upload(input, some.size(), prepared.preparedSize()), outcome);
                }
                anomalies.addAll(outcome.read());
            }
        }
        return anomalies;
    }

    /** A pass: commands for the device alone, once it has run. */
    private void run(PixelExtractor prepared, Tensor input, PatchScoring.Outcome outcome) {
        try (Scope scratch = extractor.backend().scope()) {
            Tensor features = scratch.allocate(outcome.batch(), extractor.patches(), extractor.width());
            prepared.features(input, features);
            outcome.write(scorer.apply(features, scratch));
        }
    }

    /**
     * A pass that is recorded, and the tensors that it begins and ends with. The memory does not own the pass, which refers to
     * it: it could not be freed when it is forgotten.
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

    /** The pass by its recording; false if there is none. The commands run in order, so the next thread may follow at once. */
    private synchronized boolean replay(PixelExtractor prepared, float[] input, PatchScoring.Outcome to) {
        Recorded known = recorded.get(to.batch());
        if (known != null) {
            known.input.write(input);
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

    /** Records the pass, which runs it; null if that cannot be done, and then never again. */
    private Recorded record(PixelExtractor prepared, float[] values, int batch) {
        if (recorded.size() == MOST) {
            Integer oldest = recorded.keySet().iterator().next();
            recorded.remove(oldest).close();
        }
        Backend backend = extractor.backend();
        Scope memory = backend.scope();
        try {
            Tensor input = memory.upload(values, batch, prepared.preparedSize());
            PatchScoring.Outcome outcome = scoring.outcome(batch, memory);
            Recording pass = backend.record(() -> run(prepared, input, outcome));
            Recorded made = new Recorded(memory, input, outcome, pass);
            recorded.put(batch, made);
            return made;
        } catch (InvalidInputException | OutOfDeviceMemoryException e) {
            memory.close(); // the pass itself tells what is wrong, if it is not the recording
            recording = false;
            return null;
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** Gives the recordings back. */
    @Override
    public synchronized void close() {
        recorded.values().forEach(Recorded::close);
        recorded.clear();
    }
}
