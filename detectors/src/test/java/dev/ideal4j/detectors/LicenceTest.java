package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.core.Backend;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.nve.NormalVariationEraser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packed into a module's jar. */
class LicenceTest {
    @ParameterizedTest
    @ValueSource(classes = {Backend.class, DinoV2.class, NormalVariationEraser.class, PatchMask.class, Scorer.class})
    void everyModuleCarriesTheLicence(Class<?> type) throws IOException {
        URL module = type.getProtectionDomain().getCodeSource().getLocation();
        String root = module.getPath().endsWith(".jar") ? "jar:" + module + "!/" : module.toString();
        try (InputStream in = URI.create(root + "META-INF/LICENSE").toURL().openStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("Apache License");
        }
    }
}
