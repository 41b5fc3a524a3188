package dev.ideal4j.eval.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {
    @TempDir
    Path folder;

    private void touch(String... paths) throws IOException {
        for (String path : paths) {
            Trees.touch(folder.resolve(path));
        }
    }

    @Test
    void aitexMasksArePairedByNameOnRequest() {
        Path root = Trees.grow("AITEX", folder);
        Indexed published = Datasets.index("AITEX", root, MaskPairing.ORDER);
        assertThat(published.notes())
                .hasSize(2)
                .allMatch(note -> note.contains("Crease") && note.contains("--pairing"));
        Indexed byName = Datasets.index("AITEX", root, MaskPairing.NAME);
        assertThat(byName.notes()).isEmpty();
        assertThat(byName.index().test().get("fabric"))
                .filteredOn(LabeledImage::anomalous)
                .allSatisfy(image -> assertThat(Listing.stem(image.mask()))
                        .endsWith(Listing.stem(
                                        image.image().substring(image.image().lastIndexOf('/')))
                                + "_mask"));
    }

    @Test
    void anIncompleteDatasetNamesItsMissingFiles() throws IOException {
        Path root = Trees.grow("MVTecAD", folder);
        Files.delete(root.resolve("bottle/ground_truth/contamination/001_mask.png"));
        Files.delete(root.resolve("cable/test/combined/000.png"));
        for (String mask : List.of("000_mask.png", "001_mask.png")) {
            Files.delete(root.resolve("zipper/ground_truth/rough/" + mask));
        }
        Files.delete(root.resolve("zipper/ground_truth/rough"));
        assertThatThrownBy(() -> Datasets.index("MVTecAD", root, MaskPairing.ORDER))
                .isInstanceOfSatisfying(IncompleteDatasetException.class, e -> assertThat(e.missing())
                        .containsExactly(
                                "bottle/ground_truth/contamination/001_mask.png",
                                "cable/test/combined/000.png",
                                "zipper/ground_truth/rough/000_mask.png",
                                "zipper/ground_truth/rough/001_mask.png"))
                .hasMessageContaining("4 missing: bottle/ground_truth/contamination/001_mask.png");
    }

    @Test
    void missingFoldersAndTablesAreNamed() throws IOException {
        touch("BTAD/01/test/ok/0000.bmp");
        assertThatThrownBy(() -> Datasets.index("BTAD", folder.resolve("BTAD"), MaskPairing.ORDER))
                .isInstanceOfSatisfying(IncompleteDatasetException.class, e -> assertThat(e.missing())
                        .containsExactly("01/train/", "02/train/", "02/test/", "03/train/", "03/test/"));
        assertThatThrownBy(() -> Datasets.index("VisA", folder, MaskPairing.ORDER))
                .hasMessageContaining("split_csv/1cls.csv");
        Path visa = Trees.grow("VisA", folder);
        Files.delete(visa.resolve("candle/Data/Masks/Anomaly/000.png"));
        assertThatThrownBy(() -> Datasets.index("VisA", visa, MaskPairing.ORDER))
                .hasMessageContaining("1 missing: candle/Data/Masks/Anomaly/000.png");
        assertThatThrownBy(() -> Datasets.index("MVTecAD", folder.resolve("none"), MaskPairing.ORDER))
                .isInstanceOf(FileAccessException.class);
        assertThatThrownBy(() -> Datasets.index("MVTec", folder, MaskPairing.ORDER))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("MVTecAD, VisA");
    }

    @Test
    void strayFilesAreLeftOutAndNoted() throws IOException {
        Path root = Trees.grow("RESC", folder);
        Indexed clean = Datasets.index("RESC", root, MaskPairing.ORDER);
        touch("RESC/eye/test/good/Thumbs.db", "RESC/eye/test/readme.txt");
        Indexed stray = Datasets.index("RESC", root, MaskPairing.ORDER);
        assertThat(stray.index()).isEqualTo(clean.index());
        assertThat(stray.notes())
                .containsExactly(
                        "eye/test/good/Thumbs.db left out: not a picture",
                        "eye/test/readme.txt left out: not a folder of pictures");
    }

    @Test
    void ownFolderOfSeveralProducts() throws IOException {
        touch(
                "own/b/test/good/1.png",
                "own/b/test/dent/2.jpg",
                "own/b/ground_truth/dent/2.png",
                "own/a/test/good/1.PNG",
                "own/a/test/hole/9.tif",
                "own/notes/readme.txt");
        Dataset own = Dataset.open(folder, "own");
        assertThat(own.index().test().keySet()).containsExactly("a", "b");
        assertThat(own.index().test().get("a"))
                .containsExactly(
                        new LabeledImage("a/test/good/1.PNG", "", "a", "good", false),
                        new LabeledImage("a/test/hole/9.tif", "", "a", "hole", true));
        assertThat(own.index().test().get("b"))
                .containsExactly(
                        new LabeledImage("b/test/dent/2.jpg", "b/ground_truth/dent/2.png", "b", "dent", true),
                        new LabeledImage("b/test/good/1.png", "", "b", "good", false));
        assertThat(own.index().train().get("a")).isEmpty();
    }

    @Test
    void ownFolderOfOneProduct() throws IOException {
        touch("tiles/test/ok/1.png", "tiles/test/crack/2.png", "tiles/ground_truth/crack/2_mask.png");
        Dataset tiles = Dataset.open(folder, "tiles");
        assertThat(tiles.index().test().get("tiles"))
                .contains(
                        new LabeledImage("test/crack/2.png", "ground_truth/crack/2_mask.png", "tiles", "crack", true));
        touch("empty/readme.txt");
        assertThatThrownBy(() -> Dataset.open(folder, "empty"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("dataset.csv");
    }

    @Test
    void ownTable() throws IOException {
        touch("t/a.png", "t/b.png", "t/b_mask.png");
        Files.writeString(
                folder.resolve("t/dataset.csv"),
                "image,label,mask,product,type\na.png,normal,,nut,\n\"b.png\",bad,b_mask.png,nut,\"bent, twice\"\n");
        assertThat(Dataset.open(folder, "t").index().test().get("nut"))
                .containsExactly(
                        new LabeledImage("a.png", "", "nut", "", false),
                        new LabeledImage("b.png", "b_mask.png", "nut", "bent, twice", true));
        Files.writeString(folder.resolve("t/dataset.csv"), "image,label\n../a.png,normal\n");
        assertThatThrownBy(() -> Dataset.open(folder, "t"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("inside the data set");
        Files.writeString(folder.resolve("t/dataset.csv"), "picture,label\na.png,normal\n");
        assertThatThrownBy(() -> Dataset.open(folder, "t")).hasMessageContaining("a column image");
        Files.writeString(folder.resolve("t/dataset.csv"), "image,label\na.png,\"normal\n");
        assertThatThrownBy(() -> Dataset.open(folder, "t"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("quoting");
        Files.write(folder.resolve("t/dataset.csv"), new byte[] {'a', (byte) 0xff, ',', 'b'});
        assertThatThrownBy(() -> Dataset.open(folder, "t")).isInstanceOf(FileFormatException.class);
        Files.writeString(folder.resolve("t/dataset.csv"), "image,label\nmissing.png,normal\n");
        assertThatThrownBy(() -> Dataset.open(folder, "t")).hasMessageContaining("1 missing: missing.png");
    }

    @Test
    void realIadTakesTheLabelFromTheRecord() throws IOException {
        for (String category : RealIadLayout.CATEGORIES) {
            Path list = folder.resolve("realiad_jsons/realiad_jsons/" + category + ".json");
            Files.createDirectories(list.getParent());
            Files.writeString(list, "{\"meta\": {\"normal_class\": \"OK\"}, \"train\": [], \"test\": []}");
        }
        Files.writeString(folder.resolve("realiad_jsons/realiad_jsons/usb.json"), """
                {"meta": {"prefix": "usb/", "normal_class": "OK"},
                 "train": [{"category": "usb", "anomaly_class": "OK", "image_path": "OK/S1/a_C1_1.jpg", "mask_path": null}],
                 "test": [{"category": "usb", "anomaly_class": "OK", "image_path": "NG/BX/S1/b_C1_1.jpg", "mask_path": null},
                          {"category": "usb", "anomaly_class": "BX", "image_path": "NG/BX/S1/b_C2_1.jpg",
                           "mask_path": "NG/BX/S1/b_C2_1.png"}]}
                """);
        touch(
                "realiad_512/usb/OK/S1/a_C1_1.jpg",
                "realiad_512/usb/NG/BX/S1/b_C1_1.jpg",
                "realiad_512/usb/NG/BX/S1/b_C2_1.jpg");
        assertThatThrownBy(() -> Datasets.index("Real-IAD", folder, MaskPairing.NAME))
                .hasMessageContaining("1 missing: realiad_512/usb/NG/BX/S1/b_C2_1.png");
        touch("realiad_512/usb/NG/BX/S1/b_C2_1.png");
        DatasetIndex index =
                Datasets.index("Real-IAD", folder, MaskPairing.NAME).index();
        assertThat(index.test().get("usb"))
                .containsExactly(
                        new LabeledImage("realiad_512/usb/NG/BX/S1/b_C1_1.jpg", "", "usb", "OK", false),
                        new LabeledImage(
                                "realiad_512/usb/NG/BX/S1/b_C2_1.jpg",
                                "realiad_512/usb/NG/BX/S1/b_C2_1.png",
                                "usb",
                                "BX",
                                true));
        assertThat(index.test()).hasSize(30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"train\": {}}",
                "{\"train\": {}, \"test\": {\"a\": 1}}",
                "{\"train\": {}, \"test\": {\"a\": [1]}}",
                "{\"train\": {}, \"test\": {\"a\": [{\"img_path\": 5}]}}",
                "{\"train\": {}, \"test\": {\"a\": [{\"img_path\": \"x\", \"mask_path\": \"\", \"specie_name\": \"g\","
                        + " \"anomaly\": 2}]}}",
                "{\"train\": {}, \"test\": {\"a\": [{\"img_path\": \"../x\", \"mask_path\": \"\","
                        + " \"specie_name\": \"g\", \"anomaly\": 0}]}}",
                "{\"train\": {}, \"test\": {\"a\": [{\"img_path\": \"/x\", \"mask_path\": NaN, \"anomaly\": 0}]}}"
            })
    void brokenIndexesAreRefusedByName(String json) throws IOException {
        Files.createDirectories(folder.resolve("d"));
        Files.writeString(folder.resolve("d/meta.json"), json);
        assertThatThrownBy(() -> Dataset.open(folder, "d"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("meta.json");
    }

    @Test
    void namesAreEscapedAsPythonDoes() throws IOException {
        LabeledImage image = new LabeledImage("é/\"a\\b\"\t\uD83D\uDE00\u007f.png", "", "é", "", false);
        MetaJson.write(
                new DatasetIndex(Map.of(), Map.of("é", List.of(image), "b", List.of())), folder.resolve("meta.json"));
        String text = Files.readString(folder.resolve("meta.json"));
        assertThat(text)
                .contains("\"\\u00e9/\\\"a\\\\b\\\"\\t\\ud83d\\ude00\\u007f.png\"")
                .contains("\"b\": []")
                .contains("\"train\": {},");
    }
}
