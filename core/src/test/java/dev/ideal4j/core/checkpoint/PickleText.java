package dev.ideal4j.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What a pickle asks Python to do, as text: {@code module.name(argument, …)}. */
final class PickleText implements PickleObjects {
    private PickleText() {}

    /** The items of the dict in a checkpoint's data.pkl, each as {@code name=calls}. */
    static List<String> items(Path checkpoint) throws IOException {
        try (ZipFile zip = new ZipFile(checkpoint.toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(each -> each.getName().endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow();
            try (InputStream in = zip.getInputStream(entry)) {
                PickleInput input = new PickleInput(
                        checkpoint, in, entry.getSize(), new AllocationLimit(checkpoint, Files.size(checkpoint)));
                List<String> items = new ArrayList<>();
                PickleDict root = (PickleDict) Unpickler.load(input, new PickleText());
                root.forEach((key, value) -> items.add(key + "=" + text(value)));
                return items;
            }
        }
    }

    private record Call(String text) {}

    private static String text(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(PickleText::text).collect(Collectors.joining(", ", "(", ")"));
        }
        return value instanceof Call call ? call.text : String.valueOf(value);
    }

    @Override
    public Object global(PickleInput in, String module, String name) {
        return module + "." + name;
    }

    @Override
    public Object call(PickleInput in, Object callable, List<Object> arguments) {
        // The first thing made is the dict that all goes into.
        return in.position() < 64 ? new PickleDict() : new Call(callable + text(arguments));
    }

    @Override
    public void build(PickleInput in, Object object, Object state) {
        throw new AssertionError("a state in a dict of plain tensors");
    }

    @Override
    public Object persistent(PickleInput in, Object id) {
        return "persistent" + text(id);
    }
}
