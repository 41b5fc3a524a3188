package dev.ideal4j.eval.evaluate;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.support.Version;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The versions, device and weights that are needed to reproduce results.
 *
 * @param versions versions of this library, of Java and of the operating system
 * @param backend name and description of the backend
 * @param backbone name, input size and fingerprint of the backbone
 * @param weights SHA-256 of each file of weights, by file name
 */
public record Provenance(
        Map<String, String> versions,
        Map<String, String> backend,
        Map<String, String> backbone,
        Map<String, String> weights) {
    /**
     * The provenance of results of this process.
     *
     * @param weights the files of weights in use; they are read to compute their checksums
     */
    public static Provenance of(Backend backend, FeatureExtractor backbone, List<Path> weights) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("ideal4j", Version.of(Provenance.class));
        versions.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        Map<String, String> device = new LinkedHashMap<>();
        device.put("name", backend.name());
        device.put("description", backend.description());
        Map<String, String> network = new LinkedHashMap<>();
        network.put("name", backbone.name());
        network.put("input", backbone.inputWidth() + "×" + backbone.inputHeight());
        network.put("fingerprint", backbone.fingerprint());
        Map<String, String> checksums = new LinkedHashMap<>();
        weights.forEach(file -> checksums.put(file.getFileName().toString(), Fingerprint.ofFile(file)));
        return new Provenance(versions, device, network, checksums);
    }
}
