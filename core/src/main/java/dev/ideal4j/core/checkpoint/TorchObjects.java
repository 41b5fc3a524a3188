package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes and functions that a PyTorch file may refer to, and their representation in Java. Tensors become {@link
 * TensorView}, and containers become plain containers. No class of the file is loaded and no code is executed. Any
 * other name causes an error that contains the name.
 */
final class TorchObjects implements PickleObjects {
    private static final int OBJECT_BYTES = 96;
    private static final int AXIS_BYTES = 16;

    /** A function that is named in the pickle. */
    @FunctionalInterface
    private interface Function {
        Object call(TorchObjects self, PickleInput in, List<Object> arguments);
    }

    /**
     * A whole storage or a part of one, as the pickle describes it.
     *
     * @param first first element of the part
     * @param count number of elements in the part
     */
    private record Storage(String key, ElementType type, long first, long count) {}

    private static final Map<String, Object> ALLOWED = allowed();
    private static final Map<String, Function> SCRIPT_ONLY = Map.of(
            "torch.jit._pickle.build_intlist", TorchObjects::first,
            "torch.jit._pickle.build_doublelist", TorchObjects::first,
            "torch.jit._pickle.build_boollist", TorchObjects::first,
            "torch.jit._pickle.build_tensorlist", TorchObjects::first,
            "torch.jit._pickle.restore_type_tag", TorchObjects::first);

    private final boolean script;
    private final Map<String, Long> storageBytes = new LinkedHashMap<>();
    private final Map<String, ElementType> storageTypes = new HashMap<>();

    /**
     * @param script whether the file is a TorchScript archive; the modules of such an archive are objects of classes
     *     named {@code __torch__…}
     */
    TorchObjects(boolean script) {
        this.script = script;
    }

    /** The storages that the pickle refers to, with the required bytes of each, in the order of appearance. */
    Map<String, Long> storageBytes() {
        return Collections.unmodifiableMap(storageBytes);
    }

    /** The type of the first reference to a storage. */
    @Nullable
    ElementType storageType(String key) {
        return storageTypes.get(key);
    }

    private static Map<String, Object> allowed() {
        Map<String, Object> table = new HashMap<>();
        Function value = TorchObjects::first;
        for (String name :
                List.of("list", "tuple", "set", "frozenset", "int", "float", "complex", "str", "bool", "bytearray")) {
            table.put("builtins." + name, value);
            table.put("__builtin__." + name, value);
        }
        Function dict = TorchObjects::dict;
        for (String name :
                List.of("builtins.dict", "__builtin__.dict", "collections.Counter", "collections.OrderedDict")) {
            table.put(name, dict);
        }
        table.put("collections.defaultdict", (Function) (self, in, arguments) -> new PickleDict());
        table.put("torch.Size", value);
        table.put("torch.device", value);
        table.put("_codecs.encode", value);
        table.put("torch._utils._rebuild_tensor", (Function) TorchObjects::tensor);
        table.put("torch._utils._rebuild_tensor_v2", (Function) TorchObjects::tensor);
        table.put("torch._utils._rebuild_tensor_v3", (Function) TorchObjects::tensorOfType);
        for (String name : List.of(
                "torch._utils._rebuild_parameter",
                "torch._utils._rebuild_parameter_with_state",
                "torch.nn.parameter.Parameter")) {
            table.put(name, (Function) TorchObjects::parameter);
        }
        table.put("torch.Tensor", (Function) TorchObjects::parameter);
        table.put("torch._tensor._rebuild_from_type_v2", (Function) TorchObjects::tensorOfClass);
        for (ElementType type : ElementType.values()) {
            table.put("torch." + type.torchName(), type);
            if (type.torchStorage() != null) {
                table.put("torch." + type.torchStorage(), type);
                table.put("torch.cuda." + type.torchStorage(), type);
            }
        }
        // The size of an untyped storage is given in bytes.
        table.put("torch.UntypedStorage", ElementType.U8);
        table.put("torch.storage.UntypedStorage", ElementType.U8);
        return table;
    }

    @Override
    public Object global(PickleInput in, String module, String name) {
        String full = module + "." + name;
        Object known = ALLOWED.get(full);
        if (known == null && script) {
            known = full.startsWith("__torch__.") ? (Function) TorchObjects::module : SCRIPT_ONLY.get(full);
        }
        if (known == null) {
            throw new FileFormatException(
                    in.file(),
                    "the class or function " + Printable.of(full) + " in the pickle",
                    "only tensors and plain containers, as torch.save(model.state_dict(), …) gives");
        }
        return known;
    }

    @Override
    public Object call(PickleInput in, Object callable, List<Object> arguments) {
        if (callable instanceof Function function) {
            in.limit().charge(OBJECT_BYTES);
            return function.call(this, in, arguments);
        }
        throw in.malformed("a call of something that is not a function", "a function that makes a tensor or container");
    }

    @Override
    public void build(PickleInput in, Object object, Object state) {
        if (object instanceof ScriptModule module) {
            module.state = state;
        } else if (!(object instanceof PickleDict) && !(object instanceof TensorView)) {
            throw in.malformed("a state for an object that has none", "a module, a dict or a tensor");
        }
        // Attributes of a dict (_metadata) and of a tensor (requires_grad, hooks) are ignored, because they do not
        // affect values.
    }

    /**
     * Returns the storage for {@code ("storage", class, key, location, elements)}; old files add the part {@code (key,
     * first, elements)}.
     */
    @Override
    public Object persistent(PickleInput in, Object id) {
        if (!(id instanceof List<?> parts)
                || parts.size() < 5
                || !"storage".equals(parts.get(0))
                || !(parts.get(1) instanceof ElementType type)
                || !(parts.get(4) instanceof Long count)
                || count < 0
                || count > Long.MAX_VALUE / type.bytes()) {
            throw in.malformed("a reference to something else than a storage", "a storage with its type and size");
        }
        String key = key(in, parts.get(2));
        in.limit().charge(2 * OBJECT_BYTES);
        storageBytes.merge(key, count * type.bytes(), Math::max);
        storageTypes.putIfAbsent(key, type);
        if (parts.size() == 6 && parts.get(5) instanceof List<?> part) {
            if (part.size() != 3
                    || !(part.get(1) instanceof Long first)
                    || !(part.get(2) instanceof Long partCount)
                    || first < 0
                    || partCount < 0
                    || first > count - partCount) {
                throw in.malformed("a part outside its storage of " + count + " elements", "a part of it");
            }
            return new Storage(key, type, first, partCount);
        }
        return new Storage(key, type, 0, count);
    }

    /** Returns the key of a storage as text. Files from Python 2 may have numbers as keys. */
    static String key(PickleInput in, Object key) {
        if (key instanceof String || key instanceof Long) {
            return key.toString();
        }
        throw in.malformed("a storage whose key is neither text nor a number", "a key");
    }

    private static Object first(TorchObjects self, PickleInput in, List<Object> arguments) {
        return arguments.isEmpty() ? new ArrayList<>(0) : arguments.get(0);
    }

    /**
     * Creates an empty dict, or a dict from another dict or from a list of pairs. Python 2 wrote an OrderedDict as
     * pairs.
     */
    private static Object dict(TorchObjects self, PickleInput in, List<Object> arguments) {
        if (arguments.isEmpty()) {
            return new PickleDict();
        }
        if (arguments.get(0) instanceof PickleDict dict) {
            return dict;
        }
        PickleDict dict = new PickleDict();
        if (!(arguments.get(0) instanceof List<?> pairs)) {
            throw in.malformed("a dict made of something else than pairs", "pairs of key and value");
        }
        in.limit().charge((long) AXIS_BYTES * 2 * pairs.size());
        for (Object pair : pairs) {
            if (!(pair instanceof List<?> both) || both.size() != 2) {
                throw in.malformed("a dict made of something else than pairs", "pairs of key and value");
            }
            dict.put(both.get(0), both.get(1));
        }
        return dict;
    }

    /** Creates a tensor from {@code (storage, first element, size, stride, …)}. */
    private static Object tensor(TorchObjects self, PickleInput in, List<Object> arguments) {
        if (arguments.size() < 4 || !(arguments.get(0) instanceof Storage storage)) {
            throw in.malformed("a tensor without a storage", "storage, offset, size and stride");
        }
        return self.view(in, storage, arguments);
    }

    /**
     * Creates a tensor from {@code (untyped storage, first element, size, stride, requires_grad, hooks, element type,
     * …)}.
     */
    private static Object tensorOfType(TorchObjects self, PickleInput in, List<Object> arguments) {
        if (arguments.size() < 7
                || !(arguments.get(0) instanceof Storage storage)
                || !(arguments.get(6) instanceof ElementType type)) {
            throw in.malformed("a tensor without a storage or type", "storage, offset, size, stride and type");
        }
        long bytes = storage.count() * storage.type().bytes();
        return self.view(in, new Storage(storage.key(), type, 0, bytes / type.bytes()), arguments);
    }

    /** Returns the tensor of {@code (tensor, …)}. */
    private static Object parameter(TorchObjects self, PickleInput in, List<Object> arguments) {
        if (arguments.isEmpty() || !(arguments.get(0) instanceof TensorView)) {
            throw in.malformed("a parameter without a tensor", "a tensor");
        }
        return arguments.get(0);
    }

    /** Calls the function of {@code (function, class, arguments, state)} with the arguments. */
    private static Object tensorOfClass(TorchObjects self, PickleInput in, List<Object> arguments) {
        if (arguments.size() < 3 || !(arguments.get(2) instanceof List<?> inner)) {
            throw in.malformed("a tensor of a class without arguments", "a function, a class and arguments");
        }
        if (arguments.get(0) != ALLOWED.get("torch._utils._rebuild_tensor_v2")
                && arguments.get(0) != ALLOWED.get("torch._utils._rebuild_tensor_v3")) {
            throw in.malformed("a tensor of a class made in an unknown way", "_rebuild_tensor_v2 or _v3");
        }
        return ((Function) arguments.get(0)).call(self, in, new ArrayList<>(inner));
    }

    private static Object module(TorchObjects self, PickleInput in, List<Object> arguments) {
        ScriptModule module = new ScriptModule();
        module.state = arguments;
        return module;
    }

    private TensorView view(PickleInput in, Storage storage, List<Object> arguments) {
        List<Long> size = longs(in, arguments.get(2));
        List<Long> stride = longs(in, arguments.get(3));
        if (!(arguments.get(1) instanceof Long first) || first < 0 || size.size() != stride.size()) {
            throw in.malformed("a tensor whose offset, size or stride does not fit", "one stride for each axis");
        }
        in.limit().charge((long) AXIS_BYTES * size.size());
        int[] lengths = new int[size.size()];
        long[] strides = new long[lengths.length];
        boolean empty = false;
        try {
            long last = first;
            long count = 1;
            for (int axis = 0; axis < lengths.length; axis++) {
                lengths[axis] = Math.toIntExact(size.get(axis));
                strides[axis] = stride.get(axis);
                if (lengths[axis] < 0 || strides[axis] < 0) {
                    throw new ArithmeticException("negative length or stride");
                }
                empty |= lengths[axis] == 0;
                count = Math.multiplyExact(count, (long) Math.max(1, lengths[axis]));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0L, lengths[axis] - 1L), strides[axis]));
            }
            if (!empty && last >= storage.count()) {
                throw new ArithmeticException("last element " + last + " of " + storage.count());
            }
        } catch (ArithmeticException e) {
            throw in.malformed("a tensor that leaves its storage (" + e.getMessage() + ")", "one inside it");
        }
        long offset = empty ? 0 : (storage.first() + first) * storage.type().bytes();
        return new TensorView(storage.key(), storage.type(), offset, Shape.of(lengths), strides);
    }

    private static List<Long> longs(PickleInput in, Object value) {
        List<Long> numbers = new ArrayList<>();
        if (value instanceof List<?> items) {
            for (Object item : items) {
                if (!(item instanceof Long number)) {
                    throw in.malformed("a size or stride that is not whole", "whole numbers");
                }
                numbers.add(number);
            }
            return numbers;
        }
        throw in.malformed("a size or stride that is not a tuple", "a tuple of whole numbers");
    }

    /**
     * A module of a TorchScript archive. Its state is a {@link PickleDict} of attributes, or a list for a named tuple.
     */
    static final class ScriptModule {
        private @Nullable Object state;

        @Nullable
        Object state() {
            return state;
        }
    }
}
