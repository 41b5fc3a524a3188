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
 * Adam, AdamW and StableAdamW. A parameter without a gradient is left alone, and its step is not counted, as in PyTorch.
 * Its state is {@link Weights}: written to a file and given back, training goes on with the same bits.
 */
public final class AdamOptimizer {
    /** A parameter and its state. The step count stays on the host, so that a step waits for no device. */
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
     * A new optimiser.
     *
     * @param trained what it changes
     * @param settings moments and decay
     * @param clip StableAdamW's clip threshold; 0 for plain Adam
     * @param scope owner of its state
     */
    public static AdamOptimizer fresh(Collection<Parameter> trained, Updates.Adam settings, float clip, Scope scope) {
        return new AdamOptimizer(trained, settings, clip, Parameters.fresh(scope, 0));
    }

    /** As {@link #fresh}, continuing from a {@link #state()}. */
    public static AdamOptimizer resumed(
            Collection<Parameter> trained, Updates.Adam settings, float clip, Scope scope, Weights state) {
        return new AdamOptimizer(trained, settings, clip, Parameters.from(scope, state));
    }

    /** Everything that must be kept to continue, as of this call. */
    public Weights state() {
        slots.forEach(slot -> slot.saved.value().write(new float[] {slot.steps}));
        return state;
    }

    /** One step with the gradients of a tape after its backward pass. */
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
