package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings that reproduce a run's results. */
record RunConfig(
        Backend backend,
        FeatureExtractor extractor,
        Map<String, Object> detector,
        ReferenceOptions references,
        Path fitted) {
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ideal4j", Version.text());
        map.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        map.put("backend", Map.of("name", backend.name(), "description", backend.description()));
        map.put(
                "backbone",
                Map.of(
                        "name",
                        extractor.name(),
                        "fingerprint",
                        extractor.fingerprint(),
                        "inputWidth",
                        extractor.inputWidth(),
                        "inputHeight",
                        extractor.inputHeight()));
        map.put("detector", detector);
        if (fitted != null) {
            map.put("fitted", fitted.toString());
        } else {
            map.putAll(references.arguments());
        }
        return map;
    }
}
