package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.Dataset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where references come from, and so which pictures are left to be scored. */
public interface ReferenceSource {
    /**
     * Every product with its references, sorted by name.
     *
     * @param seed of draws
     */
    List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed);

    /** What is chosen, by name, for records. */
    Map<String, Object> settings();

    /** Drawn from the test pictures, of which the others are scored: IDEAL's published protocol, and the usual one. */
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
     * Fixed ones.
     *
     * @param folder see {@link ReferenceFolder}
     * @param exclusion which pictures are not scored
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

    /** Normal ones from the training part, in the order of VisionAD's published loader; all test pictures are scored. */
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
