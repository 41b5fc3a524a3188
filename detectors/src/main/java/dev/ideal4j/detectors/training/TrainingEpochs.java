package dev.ideal4j.detectors.training;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.optim.GradientClipping;
import dev.ideal4j.detectors.TrainingListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains the parameters of any method, one epoch at a time.
 *
 * @param learner settings of the training
 * @param model computes the losses
 * @param parameters parameters that are trained
 * @param optimizer changes the parameters
 */
public record TrainingEpochs(Learner learner, Learner.Model model, Parameters parameters, AdamOptimizer optimizer) {
    /**
     * Starts a training from initial values.
     *
     * @param scope owns the parameters
     */
    public static TrainingEpochs fresh(Learner learner, Scope scope) {
        Parameters parameters = Parameters.fresh(scope, learner.config().seed());
        Learner.Model model = learner.model(parameters);
        AdamOptimizer optimizer =
                AdamOptimizer.fresh(parameters.all(), learner.optimisation().adam(), 0, scope);
        return new TrainingEpochs(learner, model, parameters, optimizer);
    }

    /**
     * Runs one epoch.
     *
     * @param epoch number of the epoch, from 0
     * @param episodes source whose next episodes are those of this epoch
     * @param listener told of each step
     * @return the mean of the steps' total losses
     * @throws WorkInterruptedException if the thread is interrupted; the changes of earlier steps stay
     * @throws TrainingDivergedException if a total loss is not finite; the changes of earlier steps stay
     */
    public double run(int epoch, Episode.Source episodes, TrainingListener listener) {
        TrainingConfig config = learner.config();
        double sum = 0;
        for (int iteration = 0; iteration < config.iterations(); iteration++) {
            WorkInterruptedException.check();
            int count = Math.min(config.batch(), config.episodes() - iteration * config.batch());
            List<Episode> drawn = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                drawn.add(episodes.next());
            }
            long step = (long) epoch * config.iterations() + iteration;
            Map<String, Float> losses = step(drawn, step);
            sum += losses.get(Learner.TOTAL);
            double rate = learner.rates().at(step);
            listener.iteration(epoch, iteration, config.iterations(), rate, losses);
        }
        return sum / config.iterations();
    }

    /** Makes one optimiser step on a batch and returns the losses by name. */
    private Map<String, Float> step(List<Episode> episodes, long step) {
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
