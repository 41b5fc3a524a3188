package dev.ideal4j.core.optim;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Updates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Adam, AdamW and StableAdamW. A parameter without a gradient is not changed, and its step is not counted, like in
 * PyTorch. The state of the optimiser is {@link Weights}. Training that resumes from a stored state gives the same
 * bits.
 */
public final class AdamOptimizer {
    /** A parameter and its state. The step count is kept on the host, so that a step does not wait for the device. */
    private static final class Slot {
        private final Parameter parameter;
        private final Parameter first;
        private final Parameter second;
        private final Parameter largest;
        private final Parameter saved;
        private int steps;

        Slot(Parameter parameter, Parameter first, Parameter second, Parameter largest, Parameter saved) {
            this.parameter = parameter;
            this.first = first;
            this.second = second;
            this.largest = largest;
            this.saved = saved;
            this.steps = (int) saved.value().toArray()[0];
        }
    }

    private final List<Slot> slots = new ArrayList<>();
    private final Parameters state;
    private final Updates.Adam settings;
    private final float clip;

    private AdamOptimizer(Collection<Parameter> trained, Updates.Adam settings, float clip, Parameters state) {
        this.settings = settings;
        this.clip = clip;
        this.state = state;
        Initializer zero = Initializer.constant(0);
        for (Parameter p : trained) {
            slots.add(new Slot(
                    p,
                    state.add(p.name() + ".first", p.shape(), zero),
                    state.add(p.name() + ".second", p.shape(), zero),
                    settings.amsgrad() ? state.add(p.name() + ".largest", p.shape(), zero) : null,
                    state.add(p.name() + ".steps", Shape.of(1), zero)));
        }
    }

    /**
     * Creates a new optimiser.
     *
     * @param trained the parameters to train
     * @param settings the settings of Adam
     * @param clip StableAdamW's clip threshold; 0 for plain Adam
     * @param scope owner of the optimiser's state
     */
    public static AdamOptimizer fresh(Collection<Parameter> trained, Updates.Adam settings, float clip, Scope scope) {
        return new AdamOptimizer(trained, settings, clip, Parameters.fresh(scope, 0));
    }

    /** Like {@link #fresh}, continuing from a {@link #state()}. */
    public static AdamOptimizer resumed(
            Collection<Parameter> trained, Updates.Adam settings, float clip, Scope scope, Weights state) {
        return new AdamOptimizer(trained, settings, clip, Parameters.from(scope, state));
    }

    /** Returns the current state, which is needed to resume training. */
    public Weights state() {
        slots.forEach(slot -> slot.saved.value().write(new float[] {slot.steps}));
        return state;
    }

    /** Makes one step with the gradients of a tape after its backward pass. */
    public void step(Tape tape, double rate) {
        for (Slot slot : slots) {
            Tensor gradient = tape.gradient(slot.parameter);
            if (gradient == null) {
                continue;
            }
            slot.steps++;
            tape.backend()
                    .updates()
                    .adam(
                            slot.parameter.value(),
                            gradient,
                            slot.first.value(),
                            slot.second.value(),
                            slot.largest == null ? null : slot.largest.value(),
                            slot.steps,
                            rate,
                            settings,
                            clip);
        }
    }
}
