package dev.ideal4j.benchmarks;

import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What happens to an image before the network sees it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResizeBenchmark {
    private static final int SIZE = 448;

    /** Side of the image. */
    @Param({"256", "1024", "4096"})
    public int side;

    private RgbImage image;
    private final float[] planes = new float[3 * SIZE * SIZE];

    /** Makes up an image. */
    @Setup
    public void fill() {
        image = Images.noise(side, side, 1);
    }

    /** Antialiased bicubic to 448×448. */
    @Benchmark
    public RgbImage resize() {
        return PillowResize.resize(image, SIZE, SIZE, PillowResize.Filter.BICUBIC);
    }

    /** The same, then ImageNet's normalisation. */
    @Benchmark
    public float[] resizeAndNormalize() {
        ImageNormalization.IMAGENET.write(resize(), planes, 0);
        return planes;
    }
}
