package dev.ideal4j.kernels.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.optim.GradientClipping;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimisers and clipping on every available backend. */
class OptimizersTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final Updates.Adam ADAM = new Updates.Adam(0.9, 0.99, 1e-8, 0, false, false);
    private static final Updates.Adam ADAMW_AMSGRAD = new Updates.Adam(0.9, 0.99, 1e-8, 0.1, true, true);

    private interface Body {
        void run(Backend backend, Scope scope);
    }

    private static void on(String name, Body body) {
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                body.run(backend, scope);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** A tape after a backward pass that leaves {@code gradient} on the parameter. */
    private static Tape backward(Backend backend, Parameter parameter, float... gradient) {
        Tape tape = Tape.recording(backend);
        Tensor weights = tape.scope().upload(gradient, gradient.length, 1);
        tape.backward(ProductFunctions.multiply(
                ShapeFunctions.reshape(tape.parameter(parameter), 1, gradient.length), tape.constant(weights)));
        return tape;
    }

    private static void step(Backend backend, AdamOptimizer optimizer, Parameter parameter, float... gradient) {
        try (Tape tape = backward(backend, parameter, gradient)) {
            optimizer.step(tape, 0.1);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void anAdamStepCopiesNothingFromOrToTheHost(String name) {
        on(name, (backend, scope) -> {
            Parameter p = new Parameter("p", scope.upload(new float[] {1, 1}, 2));
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(p), ADAM, 0, scope);
            step(backend, optimizer, p, 0.5f, 0); // compiles what it needs
            try (Tape tape = backward(backend, p, 0.5f, 0)) {
                // A recording refuses copies from and to the host.
                backend.record(() -> optimizer.step(tape, 0.1)).close();
            }
            assertThat(optimizer.state().read("p.steps")).containsExactly(2);
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void adamByHand(String name) {
        on(name, (backend, scope) -> {
            Parameter p = new Parameter("p", scope.upload(new float[] {1, 1}, 2));
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(p), ADAM, 0, scope);
            step(backend, optimizer, p, 0.5f, 0);
            assertThat(p.value().toArray()).containsExactly(new float[] {0.9f, 1}, within(1e-7f));
            step(backend, optimizer, p, -0.25f, 0);
            assertThat(p.value().toArray()).containsExactly(new float[] {0.87333006f, 1}, within(1e-7f));
            assertThat(optimizer.state().read("p.first")[0]).isCloseTo(0.02f, within(1e-8f));
            assertThat(optimizer.state().read("p.second")[0]).isCloseTo(0.0031f, within(1e-9f));
            assertThat(optimizer.state().read("p.steps")).containsExactly(2);
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void amsgradDividesByTheLargestMomentSoFar(String name) {
        on(name, (backend, scope) -> {
            Parameter p = new Parameter("p", scope.upload(new float[] {1}, 1));
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(p), ADAMW_AMSGRAD, 0, scope);
            step(backend, optimizer, p, 4);
            step(backend, optimizer, p, 0);
            assertThat(optimizer.state().read("p.second")[0]).isCloseTo(0.1584f, within(1e-7f));
            assertThat(optimizer.state().read("p.largest")[0]).isCloseTo(0.16f, within(1e-7f));
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void clippingDividesStepAndDecay(String name) {
        on(name, (backend, scope) -> {
            Parameter p = new Parameter("p", scope.upload(new float[] {1, 2}, 2));
            // On the first step gradient / denominator is ±1, so its root mean square is 1: twice the threshold.
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(p), ADAMW_AMSGRAD, 0.5f, scope);
            step(backend, optimizer, p, 0.5f, -3);
            assertThat(p.value().toArray())
                    .containsExactly(new float[] {1 - 0.005f - 0.05f, 2 - 0.01f + 0.05f}, within(2e-7f));
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void resumedStateGivesTheSameBits(String name) {
        on(name, (backend, scope) -> {
            float[][] gradients = {{0.3f, -2}, {1.5f, 0.1f}, {-0.7f, 3}, {0.01f, -0.4f}};
            Parameter p = new Parameter("p", scope.upload(new float[] {1, -1}, 2));
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(p), ADAMW_AMSGRAD, 1, scope);
            step(backend, optimizer, p, gradients[0]);
            step(backend, optimizer, p, gradients[1]);
            Parameter resumedP = new Parameter("p", scope.upload(p.value().toArray(), 2));
            AdamOptimizer resumed = AdamOptimizer.resumed(List.of(resumedP), ADAMW_AMSGRAD, 1, scope, kept(optimizer));
            for (int i = 2; i < gradients.length; i++) {
                step(backend, optimizer, p, gradients[i]);
                step(backend, resumed, resumedP, gradients[i]);
            }
            assertThat(resumedP.value().toArray()).isEqualTo(p.value().toArray());
            for (String entry : optimizer.state().names()) {
                assertThat(resumed.state().read(entry))
                        .as(entry)
                        .isEqualTo(optimizer.state().read(entry));
            }
        });
    }

    /** A copy of the state, as a file keeps it. */
    private static ArrayWeights kept(AdamOptimizer optimizer) {
        ArrayWeights copy = new ArrayWeights("state");
        for (String entry : optimizer.state().names()) {
            copy.put(entry, optimizer.state().shape(entry), optimizer.state().read(entry));
        }
        return copy;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aParameterWithoutGradientIsLeftAlone(String name) {
        on(name, (backend, scope) -> {
            Parameter used = new Parameter("used", scope.upload(new float[] {1}, 1));
            Parameter idle = new Parameter("idle", scope.upload(new float[] {5}, 1));
            AdamOptimizer optimizer = AdamOptimizer.fresh(List.of(used, idle), ADAMW_AMSGRAD, 0, scope);
            step(backend, optimizer, used, 1);
            assertThat(used.value().toArray()[0]).isLessThan(1);
            assertThat(idle.value().toArray()).containsExactly(5);
            assertThat(optimizer.state().read("idle.steps")).containsExactly(0);
            assertThat(optimizer.state().read("used.steps")).containsExactly(1);
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aStateOfOtherShapesIsRefused(String name) {
        on(name, (backend, scope) -> {
            Parameter two = new Parameter("p", scope.upload(new float[] {1, 2}, 2));
            Parameter three = new Parameter("p", scope.upload(new float[] {1, 2, 3}, 3));
            ArrayWeights state = kept(AdamOptimizer.fresh(List.of(two), ADAM, 0, scope));
            assertThatThrownBy(() -> AdamOptimizer.resumed(List.of(three), ADAM, 0, scope, state))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("p.first");
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void gradientsAreClippedByTheirNormTogether(String name) {
        on(name, (backend, scope) -> {
            Parameter p = new Parameter("p", scope.upload(new float[] {1, 1, 1}, 3));
            Parameter idle = new Parameter("idle", scope.upload(new float[] {1}, 1));
            try (Tape tape = backward(backend, p, 2, -3, 6)) {
                assertThat(GradientClipping.byNorm(List.of(p, idle), tape, 7.5)).isCloseTo(7, within(1e-6));
                assertThat(tape.gradient(p).toArray()).containsExactly(2, -3, 6);
                assertThat(GradientClipping.byNorm(List.of(p, idle), tape, 3.5)).isCloseTo(7, within(1e-6));
                float factor = (float) (3.5 / (7 + 1e-6));
                assertThat(tape.gradient(p).toArray())
                        .containsExactly(new float[] {2 * factor, -3 * factor, 6 * factor}, within(1e-6f));
                assertThat(tape.gradient(idle)).isNull();
            }
        });
    }
}
