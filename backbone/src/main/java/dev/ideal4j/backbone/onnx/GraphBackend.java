package dev.ideal4j.backbone.onnx;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Operations;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.core.ops.Updates;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A backend that draws operations into an ONNX graph in place of running them. A network that is loaded on this backend and
 * applied once becomes a graph, because networks consist of a backend's operations. Uploaded values become constants of the
 * graph. For one thread. Operations that no graph needs (gradients, training) are refused.
 */
public final class GraphBackend implements Backend {
    private final OnnxGraph graph;
    private final MapDrawer maps;
    private final List<Object> drawers;
    private final Map<Object, String> shared = new HashMap<>();
    private final Map<GraphStorage, MapDrawer.Unfolded> unfolded = new HashMap<>();
    private final Operations operations;

    /** Creates a backend that draws into a graph. */
    public GraphBackend(OnnxGraph graph) {
        this.graph = graph;
        this.maps = new MapDrawer(this);
        this.drawers = List.of(
                new RowDrawer(this), maps, new BlockDrawer(this), new SearchDrawer(this), new LocalPcaDrawer(this));
        this.operations = new Operations(
                new Products(drawn(Products.Implementation.class)),
                new Attention(drawn(Attention.Implementation.class)),
                new TransformerBlocks(drawn(TransformerBlocks.Implementation.class)),
                new Normalization(drawn(Normalization.Implementation.class)),
                new BatchNorm(drawn(BatchNorm.Implementation.class)),
                new Activations(drawn(Activations.Implementation.class)),
                new Neighbours(drawn(Neighbours.Implementation.class)),
                new LocalPca(drawn(LocalPca.Implementation.class)),
                new Deviations(drawn(Deviations.Implementation.class)),
                new Resampling(drawn(Resampling.Implementation.class)),
                new Convolution(drawn(Convolution.Implementation.class)),
                new Reductions(drawn(Reductions.Implementation.class)),
                new Pooling(drawn(Pooling.Implementation.class)),
                new Losses(drawn(Losses.Implementation.class)),
                new Updates(drawn(Updates.Implementation.class)),
                new Layout(drawn(Layout.Implementation.class)));
    }

    /** A family of operations. The drawer with a method of the same name and parameters draws an operation. */
    private <T> T drawn(Class<T> family) {
        return family.cast(
                Proxy.newProxyInstance(family.getClassLoader(), new Class<?>[] {family}, (proxy, method, arguments) -> {
                    for (Object drawer : drawers) {
                        Method found = method(drawer, method);
                        if (found != null) {
                            return call(drawer, found, arguments);
                        }
                    }
                    throw new InvalidInputException(
                            "ONNX graph",
                            "the operation " + family.getEnclosingClass().getSimpleName() + "." + method.getName(),
                            "one that can be exported");
                }));
    }

    private static Method method(Object drawer, Method wanted) {
        return Arrays.stream(drawer.getClass().getDeclaredMethods())
                .filter(method -> method.getName().equals(wanted.getName())
                        && Arrays.equals(method.getParameterTypes(), wanted.getParameterTypes()))
                .findFirst()
                .orElse(null);
    }

    private static Object call(Object drawer, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(drawer, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The graph that this backend draws into. */
    public OnnxGraph graph() {
        return graph;
    }

    /** The name of a tensor's value in the graph. The value has the tensor's shape. */
    public String value(Tensor tensor) {
        return value(tensor, tensor.shape().toArray());
    }

    /** The name of a tensor's value in the graph, in another shape of the same size. */
    public String value(Tensor tensor, int... shape) {
        return ((GraphStorage) tensor.storage()).value(tensor.offset(), longs(shape));
    }

    /** The name of the value of indices in the graph. */
    String value(Indices indices, int... shape) {
        return ((GraphStorage) indices.storage()).value(indices.offset(), longs(shape));
    }

    /**
     * Overwrites a tensor with a value of the graph.
     *
     * @param shape shape of the value, of the tensor's size
     */
    public void write(Tensor tensor, String value, int... shape) {
        ((GraphStorage) tensor.storage()).write(tensor.offset(), value, longs(shape));
    }

    /** As {@link #write(Tensor, String, int...)}; the value has the tensor's shape. */
    void write(Tensor tensor, String value) {
        write(tensor, value, tensor.shape().toArray());
    }

    /** Overwrites indices with a value of the graph, which has this shape. */
    void write(Indices indices, String value, int... shape) {
        ((GraphStorage) indices.storage()).write(indices.offset(), value, longs(shape));
    }

    /** A tensor of a value of the graph. */
    public Tensor tensor(String value, int... shape) {
        Tensor tensor = scope().allocate(shape);
        write(tensor, value);
        return tensor;
    }

    /** A constant of the graph that is added once, although it is used several times. */
    String shared(float[] values, long... shape) {
        return shared(List.of(FloatBuffer.wrap(values), LongBuffer.wrap(shape)), () -> values, shape);
    }

    /** As {@link #shared(float[], long...)}, for values that a key stands for. They are read when the graph is written. */
    String shared(Object key, Supplier<float[]> values, long... shape) {
        return shared.computeIfAbsent(key, unknown -> graph.weight(values, shape));
    }

    /** Keeps a tensor of unfolded windows, which has no value of its own. */
    void keepUnfolded(MapDrawer.Unfolded unfolded, Tensor out) {
        GraphStorage storage = (GraphStorage) out.storage();
        this.unfolded.put(storage, unfolded);
    }

    /** The convolution that a linear layer of unfolded windows is; null if the tensor is not unfolded. */
    String unfolded(Tensor x, RowDrawer.Weight weight) {
        MapDrawer.Unfolded found = unfolded.get((GraphStorage) x.storage());
        return found == null ? null : found.convolution(maps, weight);
    }

    static long[] longs(int... shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public String description() {
        return "draws operations into an ONNX graph";
    }

    /** Opens a scope. Closing it has no effect, because its values belong to the graph. */
    @Override
    public Scope scope() {
        return new Values();
    }

    private final class Values implements Scope {
        @Override
        public Backend backend() {
            return GraphBackend.this;
        }

        @Override
        public Tensor allocate(Shape shape) {
            return new Tensor(new GraphStorage(GraphBackend.this, shape.size()), 0, shape, this);
        }

        @Override
        public Tensor allocateUninitialised(Shape shape) {
            return allocate(shape);
        }

        @Override
        public Indices allocateIndices(int... lengths) {
            Shape shape = Shape.of(lengths);
            return new Indices(new GraphStorage(GraphBackend.this, shape.size()), 0, shape, this);
        }

        @Override
        public <T extends AutoCloseable> T own(T resource) {
            return resource;
        }

        @Override
        public void close() {
            // The graph keeps the values.
        }
    }

    @Override
    public long liveBytes() {
        return 0;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public Recording record(Runnable commands) {
        throw new InvalidInputException("recording", "on the backend onnx", "another backend");
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
