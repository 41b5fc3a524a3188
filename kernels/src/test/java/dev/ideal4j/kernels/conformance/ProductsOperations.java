package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import java.util.List;
import java.util.stream.Stream;

final class ProductsOperations {
    private ProductsOperations() {}

    private static final int[][] LINEAR = {
        size(0, 17, 3),
        size(3, 0, 5),
        size(3, 5, 0),
        size(1, 1, 1),
        size(3, 17, 64),
        size(31, 384, 207),
        size(1025, 17, 3),
        size(17, 1025, 1),
        size(5, 3, 1025),
        size(207, 64, 31),
        size(6, 17, 19)
    };

    static List<Operation> all() {
        return Stream.concat(always().stream(), Stream.of(Activation.values()).map(ProductsOperations::activated))
                .toList();
    }

    private static Operation activated(Activation f) {
        return close(
                        "products.linear, " + f,
                        2,
                        s -> s[1],
                        (t, s) -> {
                            Tensor x = t.uniform("x", 6, s[0], s[1]);
                            PackedWeight weight = pack(t, s);
                            t.backend().products().linear(x, weight, new Epilogue(f, null, null), t.output(s[0], s[2]));
                        },
                        size(31, 17, 35),
                        size(6, 17, 19))
                .free("weight:memory", "bias:memory");
    }

    private static List<Operation> always() {
        return List.of(
                close(
                                "products.linear",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    PackedWeight weight = pack(t, s);
                                    t.backend().products().linear(x, weight, Epilogue.NONE, t.output(s[0], s[2]));
                                },
                                LINEAR)
                        .free("weight:memory", "bias:memory"),
                close(
                                "products.linear, no bias, three axes",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", 2, s[0], s[1]);
                                    Tensor w = t.input("weight", s[2], s[1]);
                                    PackedWeight weight = t.prepare(
                                            scope -> t.backend().products().pack(w, null, scope));
                                    t.backend().products().linear(x, weight, Epilogue.NONE, t.output(2, s[0], s[2]));
                                },
                                LINEAR)
                        .free("weight:memory", "bias:memory"),
                close(
                                "products.linear, scaled onto residual",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    PackedWeight weight = pack(t, s);
                                    Tensor residual = t.input("residual", s[0], s[2]);
                                    Tensor scale = t.input("scale", s[2]);
                                    Epilogue epilogue = Epilogue.residual(scale, residual);
                                    t.backend().products().linear(x, weight, epilogue, t.outputOr(residual));
                                },
                                LINEAR)
                        .free("weight:memory", "bias:memory"),
                close(
                                "products.linear, GELU onto repeated residual",
                                2,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", 3, s[0], s[1]);
                                    PackedWeight weight = pack(t, s);
                                    Tensor residual = t.input("residual", s[0], s[2]);
                                    Epilogue epilogue = new Epilogue(Activation.GELU, null, residual);
                                    t.backend().products().linear(x, weight, epilogue, t.output(3, s[0], s[2]));
                                },
                                LINEAR)
                        .free("weight:memory", "bias:memory"),
                close(
                        "products.multiply",
                        1,
                        s -> s[2],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1], s[2]);
                            Tensor b = t.input("b", s[0], s[2], s[3]);
                            t.backend().products().multiply(a, b, t.output(s[0], s[1], s[3]));
                        },
                        size(0, 3, 3, 3),
                        size(2, 0, 3, 3),
                        size(2, 3, 0, 3),
                        size(1, 1, 1, 1),
                        size(3, 17, 31, 207),
                        size(1, 3, 1025, 17),
                        size(2, 207, 64, 31),
                        size(3, 7, 5, 9)),
                close(
                        "products.multiply, shared b",
                        1,
                        s -> s[2],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1], s[2]);
                            Tensor b = t.input("b", s[2], s[3]);
                            t.backend().products().multiply(a, b, t.output(s[0], s[1], s[3]));
                        },
                        size(3, 17, 31, 207),
                        size(3, 7, 5, 9)),
                close(
                        "products.multiply, one sample",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1]);
                            Tensor b = t.input("b", s[1], s[2]);
                            t.backend().products().multiply(a, b, t.output(s[0], s[2]));
                        },
                        size(207, 384, 31),
                        size(7, 5, 9)),
                close(
                        "products.multiplyTransposed",
                        1,
                        s -> s[2],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1], s[2]);
                            Tensor b = t.input("b", s[0], s[3], s[2]);
                            t.backend().products().multiplyTransposed(a, b, t.output(s[0], s[1], s[3]));
                        },
                        size(0, 3, 3, 3),
                        size(2, 3, 3, 0),
                        size(1, 1, 1, 1),
                        size(3, 17, 31, 207),
                        size(1, 3, 1025, 17),
                        size(2, 45, 384, 45),
                        size(3, 7, 5, 9)),
                close(
                        "products.multiplyTransposed, shared b",
                        1,
                        s -> s[2],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1], s[2]);
                            Tensor b = t.input("b", s[3], s[2]);
                            t.backend().products().multiplyTransposed(a, b, t.output(s[0], s[1], s[3]));
                        },
                        size(3, 17, 31, 207),
                        size(3, 7, 5, 9)),
                close(
                        "products.multiplyTransposed, one sample",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1]);
                            Tensor b = t.input("b", s[2], s[1]);
                            t.backend().products().multiplyTransposed(a, b, t.output(s[0], s[2]));
                        },
                        size(207, 384, 31),
                        size(7, 5, 9)),
                close(
                        "products.orthonormalize",
                        2,
                        s -> s[2],
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1], s[2]);
                            t.backend().products().orthonormalize(x, t.outputOr(x));
                        },
                        size(0, 3, 3),
                        size(2, 0, 3),
                        size(2, 3, 0),
                        size(2, 1, 1),
                        size(3, 17, 3),
                        size(1, 17, 31),
                        size(3, 45, 384),
                        size(2, 3, 17)));
    }

    private static PackedWeight pack(Trial t, int[] s) {
        Tensor weight = t.input("weight", s[2], s[1]);
        Tensor bias = t.input("bias", s[2]);
        return t.prepare(scope -> t.backend().products().pack(weight, bias, scope));
    }
}
