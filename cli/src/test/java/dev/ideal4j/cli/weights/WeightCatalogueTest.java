package dev.ideal4j.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightCatalogueTest {
    @Test
    void listsThePublishedAddresses() {
        String base = "https://dl.fbaipublicfiles.com/dinov2/";
        assertThat(WeightCatalogue.entry("dinov2_vits14").uri())
                .hasToString(base + "dinov2_vits14/dinov2_vits14_pretrain.pth");
        assertThat(WeightCatalogue.entry("dinov2_vitg14_reg").uri())
                .hasToString(base + "dinov2_vitg14/dinov2_vitg14_reg4_pretrain.pth");
        assertThat(WeightCatalogue.entry("dinov2_vitb14_reg").fileName()).isEqualTo("dinov2_vitb14_reg4_pretrain.pth");
        assertThat(WeightCatalogue.entry("dinov2_vitl14").licence()).isEqualTo("Apache-2.0");
    }

    @Test
    void namesAndFilesAreUnique() {
        assertThat(WeightCatalogue.entries()).extracting(WeightEntry::name).doesNotHaveDuplicates();
        assertThat(WeightCatalogue.entries())
                .extracting(WeightEntry::fileName)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[\\w.-]+\\.pth?"));
        assertThat(new HashSet<>(WeightCatalogue.entries())).hasSize(16);
    }

    /** The catalogue has only hashes that the publisher states in the address. */
    @Test
    void knowsNoHashThatItsPublisherDoesNotState() {
        for (WeightEntry entry : WeightCatalogue.entries()) {
            entry.sha256().ifPresent(hash -> assertThat(entry.uri().toString()).contains(hash));
        }
    }

    @Test
    void saysWhichNamesThereAre() {
        assertThatThrownBy(() -> WeightCatalogue.entry("dinov4"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("dinov4")
                .hasMessageContaining("dinov2_vits14_reg");
        assertThatThrownBy(() -> WeightCatalogue.entry("dinov3_vits16"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("accept the DINOv3 License");
    }

    @Test
    void keepsWeightsInTheHomeOfTheLibrary() {
        assertThat(WeightCatalogue.folder(Map.of(), "/home/me")).isEqualTo(Path.of("/home/me/.ideal4j/weights"));
        assertThat(WeightCatalogue.folder(Map.of("IDEAL4J_HOME", " "), "/home/me"))
                .isEqualTo(Path.of("/home/me/.ideal4j/weights"));
        assertThat(WeightCatalogue.folder(Map.of("IDEAL4J_HOME", "/data"), "/home/me"))
                .isEqualTo(Path.of("/data/weights"));
    }

    @Test
    void findsWhatWasFetched(@TempDir Path folder) throws IOException {
        assertThat(WeightCatalogue.find("dinov2_vits14", folder)).isEmpty();
        Path file = Files.createFile(folder.resolve("dinov2_vits14_pretrain.pth"));
        assertThat(WeightCatalogue.find("dinov2_vits14", folder)).contains(file);
        assertThat(WeightCatalogue.find("dinov2_vits14_reg", folder)).isEmpty();
    }
}
