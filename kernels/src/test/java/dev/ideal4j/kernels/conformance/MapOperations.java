package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.exact;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import java.util.List;

/** Resampling and convolution. */
final class MapOperations {
    private MapOperations() {}

    static List<Operation> all() {
        return List.of(
                close(
                                "resampling.bilinear",
                                1, // a coordinate is known to a few rounding errors of the side it runs along
                                s -> 16.0 * Math.max(s[1], s[2]) * Math.max(s[1], s[2]),
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1], s[2]);
                                    t.backend().resampling().bilinear(x, t.output(s[0], s[3], s[4]));
                                },
                                size(0, 3, 3, 5, 5),
                                size(1, 3, 3, 0, 5),
                                size(1, 1, 1, 7, 5),
                                size(1, 17, 31, 17, 31),
                                size(3, 17, 3, 31, 207),
                                size(1, 207, 31, 17, 64),
                                size(2, 32, 32, 448, 448),
                                size(2, 3, 4, 7, 5))
                        .free("x:1", "x:2", "out:1", "out:2")
                        .finite(),
                blur(0.1f),
                blur(1),
                blur(4),
                exact(
                        "convolution.patches",
                        (t, s) -> {
                            Tensor images = t.input("images", s[0], s[1], s[2] * s[4], s[3] * s[4]);
                            Tensor out = t.output(s[0], s[2] * s[3], s[1] * s[4] * s[4]);
                            t.backend().convolution().patches(images, s[4], out);
                        },
                        size(0, 3, 2, 2, 2),
                        size(1, 1, 1, 1, 1),
                        size(1, 3, 17, 3, 1),
                        size(2, 3, 3, 5, 14),
                        size(1, 3, 31, 31, 7),
                        size(2, 3, 2, 3, 4)));
    }

    private static Operation blur(float sigma) {
        return exact(
                "resampling.gaussianBlur, sigma " + sigma,
                (t, s) -> {
                    Tensor x = t.input("x", s[0], s[1], s[2]);
                    t.backend().resampling().gaussianBlur(x, sigma, t.outputOr(x));
                },
                size(0, 3, 3),
                size(2, 0, 3),
                size(2, 3, 0),
                size(1, 1, 1),
                size(3, 17, 3),
                size(2, 31, 207),
                size(1, 3, 1025),
                size(2, 7, 5));
    }
}
