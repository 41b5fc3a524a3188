package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.Dataset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The source of references. It determines which images are scored. */
public interface ReferenceSource {
    /**
     * The tasks of all products, sorted by name.
     *
     * @param seed seed of the draws
     */
    List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed);

    /** The settings of the source, by name, for {@code results.json}. */
    Map<String, Object> settings();

    /** References drawn from the test images. The other test images are scored. This is IDEAL's published protocol. */
    record Drawn() implements ReferenceSource {
        @Override
        public List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed) {
            return Tasks.drawn(dataset, protocol, seed);
        }

        @Override
        public Map<String, Object> settings() {
            return Map.of();
        }
    }

    /**
     * Fixed references.
     *
     * @param folder the folder of references; see {@link ReferenceFolder}
     * @param exclusion which images are not scored
     */
    record Fixed(Path folder, Tasks.Exclusion exclusion) implements ReferenceSource {
        @Override
        public List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed) {
            return Tasks.fixed(dataset, protocol, seed, ReferenceFolder.of(folder, dataset.name()), exclusion);
        }

        @Override
        public Map<String, Object> settings() {
            Map<String, Object> settings = new LinkedHashMap<>();
            settings.put("references", folder.toString());
            settings.put("exclude", exclusion.name().toLowerCase(Locale.ROOT));
            return settings;
        }
    }

    /** Normal references of the training part, in the order of VisionAD's published loader. All test images are scored. */
    record Loader() implements ReferenceSource {
        @Override
        public List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed) {
            return Tasks.loaded(dataset, protocol.shots(), seed);
        }

        @Override
        public Map<String, Object> settings() {
            return Map.of("referenceDraw", "loader");
        }
    }
}
