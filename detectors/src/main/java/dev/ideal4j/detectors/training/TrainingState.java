package dev.ideal4j.detectors.training;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state from which a training run can resume, in one safetensors file that is replaced as a whole: parameters, the
 * optimiser's state, the number of finished epochs, the best score so far and the run's settings.
 */
public final class TrainingState implements AutoCloseable {
    private static final String PARAMETERS = "parameters/";
    private static final String OPTIMIZER = "optimizer/";
    private static final String EPOCHS = "finishedEpochs";
    private static final String BEST = "bestScore";
    private static final String SETTING = "setting.";

    private final Path path;
    private final WeightFile file;

    private TrainingState(Path path, WeightFile file) {
        this.path = path;
        this.file = file;
    }

    /** Writes a state. */
    public static void write(
            Path file,
            Weights parameters,
            Weights optimizer,
            int finishedEpochs,
            double best,
            Map<String, ?> settings) {
        ArrayWeights all = new ArrayWeights(file.toString());
        parameters.names().forEach(n -> all.put(PARAMETERS + n, parameters.shape(n), parameters.read(n)));
        optimizer.names().forEach(n -> all.put(OPTIMIZER + n, optimizer.shape(n), optimizer.read(n)));
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(EPOCHS, Integer.toString(finishedEpochs));
        metadata.put(BEST, Double.toString(best));
        settings.forEach((name, value) -> metadata.put(SETTING + name, String.valueOf(value)));
        SafetensorsWriter.write(file, all, metadata);
    }

    /** Opens a state. */
    public static TrainingState open(Path path) {
        return new TrainingState(path, Checkpoints.open(path));
    }

    /**
     * Checks that a run resumes with the settings it began with.
     *
     * @throws InvalidInputException naming every setting that differs
     */
    public void requireSettings(Map<String, ?> settings) {
        Set<String> names = new TreeSet<>(settings.keySet());
        file.metadata().keySet().stream()
                .filter(name -> name.startsWith(SETTING))
                .forEach(name -> names.add(name.substring(SETTING.length())));
        List<String> found = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (String name : names) {
            String before = file.metadata().getOrDefault(SETTING + name, "nothing");
            String now = settings.containsKey(name) ? String.valueOf(settings.get(name)) : "nothing";
            if (!before.equals(now)) {
                found.add(name + " = " + now);
                expected.add(name + " = " + before);
            }
        }
        if (!found.isEmpty()) {
            throw new InvalidInputException(
                    "resuming " + path, String.join(", ", found), String.join(", ", expected) + " as before");
        }
    }

    /** Number of finished epochs. */
    public int finishedEpochs() {
        return (int) number(EPOCHS);
    }

    /** Largest sum of validation scores so far. */
    public double best() {
        return number(BEST);
    }

    private double number(String name) {
        try {
            return Double.parseDouble(file.metadata().getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            throw new FileFormatException(path, "no number " + name, "the state of a training run", e);
        }
    }

    /** The parameters. */
    public Weights parameters() {
        return RenamedWeights.below(file, PARAMETERS);
    }

    /** The optimiser's state. */
    public Weights optimizer() {
        return RenamedWeights.below(file, OPTIMIZER);
    }

    @Override
    public void close() {
        file.close();
    }
}
