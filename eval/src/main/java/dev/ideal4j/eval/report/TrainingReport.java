package dev.ideal4j.eval.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.eval.evaluate.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        Map<String, Object> settings =
                Json.MAPPER.convertValue(config.path("settings"), new TypeReference<Map<String, Object>>() {});
        TrainingSection section = new TrainingSection(folder.resolve("log.jsonl"));
        String title = "Training on " + settings.get("source") + " for " + settings.get("target");
        String navigation = "<ol><li><a href=\"#training\">Training</a></li>"
                + "<li><a href=\"#provenance\">Provenance</a></li></ol>";
        Path file = folder.resolve(HtmlReport.FILE);
        byte[] page = Page.of(title, lead(settings, section), navigation, section.html() + provenance(settings, config))
                .getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(page));
        return file;
    }

    private static String lead(Map<String, Object> settings, TrainingSection section) {
        String done = section.epochs() + " of " + Html.text(settings.get("epochs")) + " epochs of "
                + Html.text(settings.get("episodes")) + " episodes, seed " + Html.text(settings.get("seed")) + ".";
        JsonNode best = section.best();
        return best == null
                ? done
                : done + " Best epoch: " + (best.path("epoch").asInt() + 1) + ", image AUROC "
                        + Html.number(best.path("imageAuroc").asDouble(Double.NaN)) + ", pixel AUROC "
                        + Html.number(best.path("pixelAuroc").asDouble(Double.NaN)) + " on the target.";
    }

    private static String provenance(Map<String, Object> settings, JsonNode config) {
        StringBuilder html =
                new StringBuilder("<section aria-labelledby=\"provenance\"><h2 id=\"provenance\">Provenance");
        html.append("</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Settings\">");
        html.append("<table class=\"plain\"><tbody>");
        Page.rows(html, "Run", settings);
        config.path("provenance").properties().forEach(part -> {
            if (part.getValue().isObject()) {
                Page.rows(
                        html,
                        part.getKey(),
                        Json.MAPPER.convertValue(part.getValue(), new TypeReference<Map<String, Object>>() {}));
            }
        });
        return html.append("</tbody></table></div></section>").toString();
    }
}
