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
        // Map.of has another order in each run.
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("name", backend.name());
        device.put("description", backend.description());
        map.put("backend", device);
        Map<String, Object> network = new LinkedHashMap<>();
        network.put("name", extractor.name());
        network.put("fingerprint", extractor.fingerprint());
        network.put("inputWidth", extractor.inputWidth());
        network.put("inputHeight", extractor.inputHeight());
        map.put("backbone", network);
        map.put("detector", detector);
        if (fitted != null) {
            map.put("fitted", fitted.toString());
        } else {
            map.putAll(references.arguments());
        }
        return map;
    }
}
