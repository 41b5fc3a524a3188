package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.training.TrainableMethod;
import dev.ideal4j.detectors.training.TrainingConfig;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that choose the method to train. The settings of each method are {@link MethodOptions}. */
final class TrainingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            completionCandidates = TrainedNames.class,
            description = "The method: ${COMPLETION-CANDIDATES} (default: ideal).")
    private String method = IdealDetector.METHOD;

    /** The chosen method. */
    TrainableMethod method() {
        if (MethodOptions.method(spec, method) instanceof TrainableMethod chosen) {
            return chosen;
        }
        throw new CommandLine.ParameterException(spec.commandLine(), "--detector " + method + " has nothing to train");
    }

    /** How the method opens its backbone. */
    BackboneLoader backbones() {
        return method().backbones(OptionValues.NONE);
    }

    TrainingConfig config() {
        TrainableMethod chosen = method();
        MethodOptions.TRAINING.check(spec, chosen);
        return chosen.training(MethodOptions.TRAINING.values(spec, chosen));
    }
}
