package dev.ideal4j.detectors.training;

import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.optim.GradientClipping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One optimiser step of any method.
 *
 * @param learner how gradients become steps
 * @param model the losses
 * @param parameters what is trained
 * @param optimizer changes them
 */
public record TrainingStep(Learner learner, Learner.Model model, Parameters parameters, AdamOptimizer optimizer) {
    /**
     * Computes the losses of a batch and steps.
     *
     * @param step optimiser steps before
     * @return the losses, by name
     * @throws TrainingDivergedException if the total is not finite; nothing has changed then
     */
    public Map<String, Float> run(List<Episode> episodes, long step) {
        try (Tape tape = Tape.recording(learner.backend())) {
            Map<String, Variable> variables = model.losses(tape, episodes, step);
            Map<String, Float> losses = new LinkedHashMap<>();
            variables.forEach((name, loss) -> losses.put(name, loss.scalar()));
            if (!Float.isFinite(losses.get(Learner.TOTAL))) {
                int iterations = learner.config().iterations();
                throw new TrainingDivergedException("loss at epoch " + step / iterations + ", iteration "
                        + step % iterations + ": found " + losses + ", expected finite numbers");
            }
            tape.backward(variables.get(Learner.TOTAL));
            double clip = learner.optimisation().gradientClip();
            if (clip > 0) {
                GradientClipping.byNorm(parameters.all(), tape, clip);
            }
            optimizer.step(tape, learner.rates().at(step));
            return losses;
        }
    }
}
