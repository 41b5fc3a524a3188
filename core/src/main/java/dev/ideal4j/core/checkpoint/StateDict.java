package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds and names the tensors in the objects of a pickle, by the rules of {@link Checkpoints#open}. */
final class StateDict {
    /**
     * Keys of the weights in files that also hold an optimiser and an epoch. The most likely key is the first.
     */
    private static final List<String> WRAPPERS =
            List.of("state_dict", "model_state_dict", "model", "teacher", "net", "network");

    private static final String DATA_PARALLEL = "module.";
    private static final int DEEPEST = 100;
    private static final int ENTRY_BYTES = 128;

    private final Path file;
    private final AllocationLimit limit;
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();

    private StateDict(Path file, AllocationLimit limit) {
        this.file = file;
        this.limit = limit;
    }

    /** Returns the tensors by name, in the order of the file. */
    static Map<String, TensorView> flatten(Path file, Object root, AllocationLimit limit) {
        StateDict found = new StateDict(file, limit);
        found.collect("", unwrap(root), 0);
        if (found.tensors.isEmpty()) {
            throw new FileFormatException(file, "no tensor in its pickle", "a dict of named tensors or a module");
        }
        return root instanceof PickleDict ? withoutDataParallel(found.tensors) : found.tensors;
    }

    private static Object unwrap(Object root) {
        Object inner = root;
        for (int depth = 0; depth < DEEPEST && inner instanceof PickleDict dict; depth++) {
            Object next = null;
            for (String key : WRAPPERS) {
                if (next == null && dict.get(key) instanceof PickleDict wrapped) {
                    next = wrapped;
                }
            }
            if (next == null) {
                break;
            }
            inner = next;
        }
        return inner;
    }

    private void collect(String name, @Nullable Object value, int depth) {
        // Each visit is charged, because objects that contain another object twice double the number of visits at every
        // level.
        limit.charge(ENTRY_BYTES + 2L * name.length());
        if (depth > DEEPEST) {
            throw new FileFormatException(file, "containers nested without end", "at most " + DEEPEST + " levels");
        }
        if (value instanceof TensorView tensor) {
            if (tensors.put(name, tensor) != null) {
                throw new FileFormatException(file, "two tensors named " + Printable.of(name), "different names");
            }
        } else if (value instanceof PickleDict dict) {
            dict.forEach((key, item) -> {
                if (key instanceof String || key instanceof Long || key instanceof Boolean) {
                    collectChild(name, key, item, depth);
                }
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                collectChild(name, i, list.get(i), depth);
            }
        } else if (value instanceof TorchObjects.ScriptModule module) {
            collect(name, module.state(), depth + 1);
        }
    }

    private void collectChild(String name, Object key, Object child, int depth) {
        if (child instanceof TensorView
                || child instanceof PickleDict
                || child instanceof List<?>
                || child instanceof TorchObjects.ScriptModule) {
            String text = key.toString();
            limit.charge(2L * (name.length() + text.length()));
            collect(name.isEmpty() ? text : name + "." + text, child, depth + 1);
        }
    }

    private static Map<String, TensorView> withoutDataParallel(Map<String, TensorView> tensors) {
        for (String name : tensors.keySet()) {
            if (!name.startsWith(DATA_PARALLEL)) {
                return tensors;
            }
        }
        Map<String, TensorView> shorter = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shorter.put(name.substring(DATA_PARALLEL.length()), tensor));
        return shorter;
    }
}
