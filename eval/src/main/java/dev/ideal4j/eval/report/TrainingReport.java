package dev.ideal4j.eval.report;

import static j2html.TagCreator.text;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.eval.evaluate.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a training as one HTML file: loss curves, the validation of each epoch, and settings. */
public final class TrainingReport {
    private TrainingReport() {}

    /**
     * Writes {@value HtmlReport#FILE} into a training's folder, from its {@code config.json} and {@code log.jsonl}.
     *
     * @return the file of the report
     * @throws dev.ideal4j.core.Ideal4jException if one of these files cannot be read, or the report cannot be written
     */
    public static Path write(Path folder) {
        JsonNode config = Json.read(folder.resolve("config.json"), JsonNode.class, "the settings of a training");
        Map<String, Object> settings = map(config.path("settings"));
        TrainingSection section = new TrainingSection(folder.resolve("log.jsonl"));
        Map<String, Map<String, ?>> provenance = new LinkedHashMap<>();
        provenance.put("Run", settings);
        config.path("provenance").properties().stream()
                .filter(part -> part.getValue().isObject())
                .forEach(part -> provenance.put(part.getKey(), map(part.getValue())));
        Map<String, String> navigation = new LinkedHashMap<>();
        navigation.put("training", "Training");
        navigation.put("provenance", "Provenance");
        Path file = folder.resolve(HtmlReport.FILE);
        Page.write(
                file,
                "Training on " + settings.get("source") + " for " + settings.get("target"),
                lead(settings, section),
                navigation,
                text(""),
                List.of(section.section(), Html.provenance(provenance)));
        return file;
    }

    private static Map<String, Object> map(JsonNode node) {
        return Json.MAPPER.convertValue(node, new TypeReference<Map<String, Object>>() {});
    }

    private static String lead(Map<String, Object> settings, TrainingSection section) {
        String done = section.epochs() + " of " + settings.get("epochs") + " epochs of " + settings.get("episodes")
                + " episodes, seed " + settings.get("seed") + ".";
        JsonNode best = section.best();
        return best == null
                ? done
                : done + " Best epoch: " + (best.path("epoch").asInt() + 1) + ", image AUROC "
                        + number(best, "imageAuroc") + ", pixel AUROC " + number(best, "pixelAuroc")
                        + " on the target.";
    }

    private static String number(JsonNode epoch, String name) {
        double value = epoch.path(name).asDouble(Double.NaN);
        return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
    }
}
