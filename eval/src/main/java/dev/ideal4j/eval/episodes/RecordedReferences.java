package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.ReferenceFiles.Marked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The references of an earlier run, whatever drew them. The other test images are scored. If the protocol asks for no anomalous
 * reference, those of the earlier run are left out, and the same images are scored as with them.
 *
 * @param origin where they were recorded, for messages and records
 * @param draws the references by seed and product
 */
public record RecordedReferences(String origin, Map<Long, Map<String, Draw>> draws) implements ReferenceSource {
    /**
     * The references of a product.
     *
     * @param normal paths of the normal references, relative to the folder of the data set
     * @param anomalous paths of the anomalous references
     * @param types known types of the anomalous references
     */
    public record Draw(List<String> normal, List<String> anomalous, List<String> types) {}

    @Override
    public List<Task> tasks(Dataset dataset, TestProtocol protocol, long seed) {
        List<Task> tasks = new ArrayList<>();
        Map<String, Draw> products = draws.getOrDefault(seed, Map.of());
        for (ProductImages product : ProductImages.of(dataset.index())) {
            Draw draw = products.get(product.product());
            if (draw != null) {
                tasks.add(task(dataset, protocol, product, draw));
            }
        }
        if (tasks.isEmpty()) {
            throw new InvalidInputException(
                    origin, "no product of " + dataset.root() + " for seed " + seed, "one or more");
        }
        return tasks;
    }

    private Task task(Dataset dataset, TestProtocol protocol, ProductImages product, Draw draw) {
        Map<String, LabeledImage> tests = new TreeMap<>();
        product.queries(List.of(), List.of()).forEach(image -> tests.put(image.image(), image));
        List<LabeledImage> used = new ArrayList<>();
        List<Path> normal = new ArrayList<>();
        for (String name : draw.normal()) {
            normal.add(dataset.file(name));
            if (tests.containsKey(name)) {
                used.add(tests.get(name));
            }
        }
        List<Marked> anomalous = new ArrayList<>();
        for (String name : draw.anomalous()) {
            LabeledImage image = tests.get(name);
            if (image == null || image.mask().isEmpty()) {
                throw new InvalidInputException(
                        origin + ", anomalous reference " + name,
                        image == null ? "no such test image in " + dataset.root() : "no mask",
                        "a test image with a mask");
            }
            used.add(image);
            if (protocol.shots().anomalous() == 0) {
                continue;
            }
            anomalous.add(new Marked(dataset.file(name), () -> dataset.mask(image, note -> {})));
        }
        return new Task(
                product.product(),
                new ReferenceFiles(normal, anomalous),
                draw.types(),
                product.queries(used, protocol.setting() == Setting.HARD ? draw.types() : List.of()));
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("referencesFile", origin);
    }
}
