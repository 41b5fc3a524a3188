package dev.ideal4j.kernels.cpu.gemm;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/** Implements {@link Products} by {@link Gemm}. */
public final class CpuProducts implements Products.Implementation {
    /** Floats of a cache line. */
    private static final int LINE = 16;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    private final Gemm gemm;

    public CpuProducts(CpuRuntime cpu, Gemm gemm) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.gemm = gemm;
    }

    @Override
    public PackedWeight pack(Tensor weight, Tensor bias, Scope scope) {
        int out = weight.shape().axis(0);
        int in = weight.shape().axis(1);
        int width = loops.tileColumns();
        Scope memory = cpu.memoryWithin(scope);
        Tensor panels = memory.allocate(Panels.length(out, width, in));
        float[] from = cpu.array(weight);
        float[] to = cpu.array(panels);
        workers.rows(Panels.count(out, width), width * in, (panel, scratch) -> {
            int first = panel * width;
            int rows = Math.min(width, out - first);
            Panels.ofRows(from, offset(weight) + first * in, in, rows, in, width, to, offset(panels) + first * in);
        });
        Tensor padded = null;
        if (bias != null) {
            padded = memory.allocate(Panels.length(out, width, 1));
            System.arraycopy(cpu.array(bias), offset(bias), cpu.array(padded), offset(padded), out);
        }
        return new PackedPanels(cpu, in, out, panels, padded, memory);
    }

    @Override
    public void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        PackedPanels packed = PackedPanels.of(weight, cpu);
        Gemm.Sink store = new LinearEpilogue(cpu, packed, epilogue, out);
        float[] panels = cpu.array(packed.panels());
        Matrix rows = new Matrix(cpu.array(x), offset(x), packed.in());
        gemm.run(rows, x.shape().rows(), packed.in(), panels, offset(packed.panels()), packed.out(), store);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        multiply(a, b, false, out);
    }

    @Override
    public void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        multiply(a, b, true, out);
    }

    private void multiply(Tensor a, Tensor b, boolean transposed, Tensor out) {
        boolean shared = b.shape().rank() == 2;
        int samples = shared ? 1 : a.shape().axis(0);
        int rows = shared ? a.shape().rows() : a.shape().axis(1);
        int depth = a.shape().last();
        int columns = out.shape().last();
        for (int s = 0; s < samples; s++) {
            Matrix left = new Matrix(cpu.array(a), offset(a) + s * rows * depth, depth);
            int at = offset(b) + s * depth * columns;
            Matrix right = new Matrix(cpu.array(b), at, transposed ? depth : columns, transposed);
            int to = offset(out) + s * rows * columns;
            gemm.run(left, rows, depth, right, columns, gemm.store(cpu.array(out), to, columns));
        }
    }

    @Override
    public void transposedMultiply(Tensor a, Tensor b, Tensor out) {
        int samples = a.shape().rank() == 2 ? 1 : a.shape().axis(0);
        int depth = a.shape().axis(-2);
        int rows = a.shape().last();
        int columns = b.shape().last();
        for (int s = 0; s < samples; s++) {
            Matrix left = new Matrix(cpu.array(a), offset(a) + s * depth * rows, rows).transpose();
            Matrix right = new Matrix(cpu.array(b), offset(b) + s * depth * columns, columns);
            int to = offset(out) + s * rows * columns;
            gemm.run(left, rows, depth, right, columns, gemm.store(cpu.array(out), to, columns));
        }
    }

    @Override
    public void orthonormalize(Tensor x, Tensor out) {
        Shape shape = x.shape();
        int samples = shape.rank() == 3 ? shape.axis(0) : 1;
        int rows = shape.axis(-2);
        int width = shape.last();
        if (!x.overlaps(out)) {
            cpu.backend().copy(x, out);
        }
        float[] to = cpu.array(out);
        workers.run(samples, (s, scratch) -> {
            float[] along = scratch.floats(Use.COEFFICIENTS, rows);
            orthonormalize(to, offset(out) + s * rows * width, rows, width, along);
        });
    }

    private void orthonormalize(float[] x, int start, int rows, int width, float[] along) {
        for (int i = 0; i < rows; i++) {
            int row = start + i * width;
            float whole = norm(x, row, width);
            subtractProjections(x, start, i, width, along);
            float remainder = norm(x, row, width);
            if (!Float.isFinite(remainder)) {
                Arrays.fill(x, row, row + width, Float.NaN);
            } else if (remainder <= Products.DEPENDENCE * whole) {
                Arrays.fill(x, row, row + width, 0);
            } else {
                subtractProjections(x, start, i, width, along);
                loops.scale(x, row, 1 / norm(x, row, width), x, row, width);
            }
        }
    }

    /** Subtracts from row i its projections onto the orthonormal rows before it. */
    private void subtractProjections(float[] x, int start, int i, int width, float[] along) {
        int row = start + i * width;
        loops.dots(i, x, start, width, x, row, width, along, 0);
        for (int j = 0; j < i; j++) {
            loops.axpy(-along[j], x, start + j * width, x, row, width);
        }
    }

    private float norm(float[] x, int at, int width) {
        return (float) Math.sqrt(loops.dot(x, at, x, at, width));
    }

    @Override
    public void transpose(Tensor x, Tensor out) {
        int rows = x.shape().axis(1);
        int width = x.shape().axis(2);
        int strips = Panels.count(width, LINE);
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        // A task transposes a strip of columns square by square, so that reads and writes use whole cache lines.
        workers.rows(x.shape().axis(0) * strips, LINE * rows, (strip, scratch) -> {
            int sample = strip / strips * rows * width;
            int first = strip % strips * LINE;
            int count = Math.min(LINE, width - first);
            for (int top = 0; top < rows; top += LINE) {
                int bottom = Math.min(rows, top + LINE);
                for (int column = first; column < first + count; column++) {
                    int at = offset(x) + sample + column;
                    int target = offset(out) + sample + column * rows;
                    for (int row = top; row < bottom; row++) {
                        to[target + row] = from[at + row * width];
                    }
                }
            }
        });
    }
}
