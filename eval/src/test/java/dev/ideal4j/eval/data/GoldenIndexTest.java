package dev.ideal4j.eval.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The meta.json of each generated tree equals that of the published scripts, byte for byte. */
@Tag("golden")
class GoldenIndexTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"MVTecAD", "VisA", "BTAD", "MPDD", "AITEX", "BraTS", "Liver", "RESC"})
    void indexEqualsThePublishedScripts(String dataset) throws IOException {
        Path root = Trees.grow(dataset, folder);
        Indexed indexed = Datasets.index(dataset, root, Datasets.pairing(dataset));
        Path meta = root.resolve(MetaJson.NAME);
        MetaJson.write(indexed.index(), meta);

        Path expected = Fixture.file("meta/" + dataset + ".meta.json");
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(meta.toFile())).isEqualTo(mapper.readTree(expected.toFile()));
        assertThat(Files.readString(meta)).isEqualTo(Files.readString(expected));
        assertThat(MetaJson.read(meta)).isEqualTo(indexed.index());
        assertThat(Dataset.open(folder, dataset).index()).isEqualTo(indexed.index());

        String counts = "normal_samples " + indexed.index().testImages(false) + " anomaly_samples "
                + indexed.index().testImages(true);
        assertThat(Files.readAllLines(Fixture.file("meta/stdout.txt"))).contains(dataset + ": " + counts);
    }
}
