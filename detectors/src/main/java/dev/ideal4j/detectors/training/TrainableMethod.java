package dev.ideal4j.detectors.training;

import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import java.util.List;

/** A method with a part that {@link Trainer} trains. */
public interface TrainableMethod extends DetectorMethod {
    @Override
    default boolean trains() {
        return true;
    }

    /** Options of the training. */
    List<MethodOption<?>> trainingOptions();

    /**
     * Creates the settings of a training.
     *
     * @param values values of {@link #trainingOptions()}
     * @throws dev.ideal4j.core.InvalidInputException if a value is out of its range
     */
    TrainingConfig training(OptionValues values);
}
