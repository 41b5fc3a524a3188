package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;

/** Implements {@link Layout} through arrays. */
record ReferenceLayout(ReferenceBackend backend) implements Layout.Implementation {
    @Override
    public void copy(Tensor from, Tensor to) {
        backend.write(backend.read(from), to);
    }

    @Override
    public void gather(Tensor x, Indices rows, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        int[] chosen = backend.read(rows);
        double[] gathered = new double[chosen.length * width];
        for (int row = 0; row < chosen.length; row++) {
            System.arraycopy(values, chosen[row] * width, gathered, row * width, width);
        }
        backend.write(gathered, out);
    }

    @Override
    public void columns(Tensor x, int first, Tensor out, int at, int count) {
        int width = x.shape().last();
        int stride = out.shape().last();
        double[] values = backend.read(x);
        double[] copied = backend.read(out);
        for (int row = 0; row < x.shape().rows(); row++) {
            System.arraycopy(values, row * width + first, copied, row * stride + at, count);
        }
        backend.write(copied, out);
    }

    @Override
    public void lookup(Indices bytes, Tensor table, Tensor out) {
        int channels = out.shape().axis(1);
        int plane = out.shape().axis(2);
        int[] packed = backend.read(bytes);
        double[] values = backend.read(table);
        double[] found = new double[(int) out.shape().size()];
        for (int i = 0; i < found.length; i++) {
            int channel = i / plane % channels;
            int at = i % plane * channels + channel;
            int four = packed[i / plane / channels * bytes.shape().axis(1) + at / 4];
            found[i] = values[256 * channel + (four >>> 8 * (at % 4) & 255)];
        }
        backend.write(found, out);
    }
}
