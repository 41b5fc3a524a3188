package dev.ideal4j.kernels.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.BatchNorm;
import dev.ideal4j.core.nn.Conv2d;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Window;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Convolution, pooling and batch normalisation against PyTorch's definitions, on the reference. */
class ConvolutionLayersTest {
    private final Backend backend = Backends.open("reference");
    private final Scope scope = backend.scope();
    private final Tape tape = Tape.inference(backend);

    @AfterEach
    void close() {
        tape.close();
        scope.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    @Test
    void convolutionIsTheSumOverEachWindow() {
        int height = 5;
        int width = 6;
        int in = 3;
        int out = 4;
        Window window = new Window(3, 2, 1);
        Parameters parameters = Parameters.fresh(scope, 5);
        Conv2d conv = new Conv2d(parameters, "conv", in, out, window, Initializer.normal(1), Initializer.normal(1));
        assertThat(parameters.shape("conv.weight")).isEqualTo(Shape.of(out, in, 3, 3));
        Variable images = tape.constant(scope.upload(
                Initializer.normal(1).values(Shape.of(2, height, width, in), new Random(1)), 2, height, width, in));
        Variable result = conv.apply(images);
        assertThat(result.shape()).isEqualTo(Shape.of(2, 3, 3, out));
        float[] x = images.value().toArray();
        float[] w = parameters.read("conv.weight");
        float[] b = parameters.read("conv.bias");
        float[] y = result.value().toArray();
        for (int i = 0; i < y.length; i++) {
            int filter = i % out;
            double sum = b[filter];
            for (int tap = 0; tap < in * 9; tap++) {
                int row = i / out / 3 % 3 * 2 - 1 + tap % 9 / 3;
                int column = i / out % 3 * 2 - 1 + tap % 3;
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    int pixel = (i / out / 9 * height + row) * width + column;
                    sum += (double) w[filter * in * 9 + tap] * x[pixel * in + tap / 9];
                }
            }
            assertThat((double) y[i]).as("element %d", i).isCloseTo(sum, within(1e-5));
        }
    }

    @Test
    void paddingNeverWinsButCountsInMeans() {
        Tensor x = scope.upload(new float[] {-4, -3, -2, -1}, 1, 2, 2, 1);
        Tensor out = scope.allocate(1, 2, 2, 1);
        backend.pooling().max(x, new Window(2, 2, 1), out);
        assertThat(out.toArray()).containsExactly(-4, -3, -2, -1);
        backend.pooling().average(x, new Window(2, 2, 1), out);
        assertThat(out.toArray()).containsExactly(-1, -0.75f, -0.5f, -0.25f);
    }

    @Test
    void overlappingWindowsShareALargestElement() {
        Tensor x = scope.upload(new float[] {1, 7, 7, 2, Float.NaN, 0, 0, 0, 0, 0}, 1, 2, 5, 1);
        Tensor out = scope.allocate(1, 1, 4, 1);
        Tensor dx = scope.allocate(1, 2, 5, 1);
        Window window = new Window(2, 1, 0);
        backend.pooling().max(x, window, out);
        assertThat(out.toArray()).containsExactly(7, 7, 7, Float.NaN);
        Tensor dOut = scope.upload(new float[] {1, 10, 100, 1000}, 1, 1, 4, 1);
        backend.pooling().maxGradient(x, window, dOut, dx);
        assertThat(dx.toArray()).containsExactly(0, 11, 100, 0, 1000, 0, 0, 0, 0, 0);
    }

    @Test
    void aMapSmallerThanTheWindowIsRefused() {
        Tensor x = scope.allocate(1, 1, 5, 1);
        Tensor out = scope.allocate(1, 1, 4, 1);
        assertThatThrownBy(() -> backend.pooling().max(x, new Window(2, 1, 0), out))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a side of 1 pixels");
    }

    @Test
    void batchNormTrainsAndInfersAsPyTorch() {
        Parameters parameters = Parameters.fresh(scope, 5);
        BatchNorm norm = new BatchNorm(parameters, "bn", 1);
        assertThat(parameters.names()).containsExactly("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
        Variable x = tape.constant(scope.upload(new float[] {1, 2, 3, 6}, 1, 2, 2, 1));
        // Mean 3, biased variance 3.5, unbiased 14/3.
        float unit = (float) (1 / Math.sqrt(3.5 + 1e-5));
        assertThat(norm.train(x).value().toArray())
                .containsExactly(new float[] {-2 * unit, -unit, 0, 3 * unit}, within(1e-6f));
        assertThat(parameters.read("bn.running_mean")[0]).isCloseTo(0.3f, within(1e-7f));
        assertThat(parameters.read("bn.running_var")[0]).isCloseTo(0.9f + 1.4f / 3, within(1e-6f));
        double deviation = Math.sqrt(0.9 + 1.4 / 3 + 1e-5);
        assertThat((double) norm.infer(x).value().toArray()[3]).isCloseTo((6 - 0.3) / deviation, within(1e-6));
        assertThat(parameters.read("bn.running_mean")[0]).isCloseTo(0.3f, within(1e-7f));
    }

    @Test
    void windowsAreChecked() {
        assertThatThrownBy(() -> new Window(0, 1, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Window(3, 0, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Window(3, 1, 3)).isInstanceOf(InvalidInputException.class);
        Tensor x = scope.allocate(1, 3, 3, 1);
        Tensor out = scope.allocate(1, 5, 5, 1);
        assertThatThrownBy(() -> backend.pooling().max(x, new Window(3, 1, 2), out))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("padding");
    }
}
