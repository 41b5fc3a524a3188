package dev.ideal4j.eval.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.testing.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {
    private static final String RECORD =
            "{\"img_path\": \"x\", \"mask_path\": \"\", \"specie_name\": \"g\", \"anomaly\": 0}";

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
                        "eye/test/good/Thumbs.db left out: not an image",
                        "eye/test/readme.txt left out: not a folder of images");
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
        Files.writeString(folder.resolve("t/dataset.csv"), "photo,label\na.png,normal\n");
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

    private void assertTableRefused(String table, String... message) throws IOException {
        touch("t/a.png", "t/b.png", "t/c.png");
        Files.writeString(folder.resolve("t/dataset.csv"), table);
        assertThatThrownBy(() -> Dataset.open(folder, "t"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("dataset.csv")
                .satisfies(e -> assertThat(e.getMessage()).contains(message));
    }

    @Test
    void aTablesUnknownLabelIsRefusedByNameAndLine() throws IOException {
        assertTableRefused(
                "image,label\n\na.png,good\nb.png,maybe\n", "label maybe in line 4", "good, normal, ok", "defective");
        assertTableRefused("image,label,type\n\"a.png\",scratch,\"x\ny\"", "label scratch in line 3", "column type");
        assertTableRefused("image,label,split\na.png,good,val\n", "split val in line 2", "train or test");
    }

    @Test
    void everyKnownLabelIsReadInAnyCase() throws IOException {
        List<String> normal = List.of("good", "Normal", "OK", "0");
        List<String> defective = List.of("Defective", "defect", "ANOMALOUS", "anomaly", "abnormal", "bad", "NG", "1");
        StringBuilder table = new StringBuilder("image,label\n");
        Stream.concat(normal.stream(), defective.stream())
                .forEach(label -> table.append(label + ".png," + label + "\n"));
        for (String line : table.toString().split("\n")) {
            touch("t/" + line.split(",")[0]);
        }
        Files.writeString(folder.resolve("t/dataset.csv"), table);
        assertThat(Dataset.open(folder, "t").index().test().get("product"))
                .filteredOn(LabeledImage::anomalous)
                .hasSize(defective.size());
    }

    @Test
    void aTablesImageListedTwiceIsRefusedWithBothLines() throws IOException {
        assertTableRefused(
                "image,label\na.png,good\nb.png,bad\n./a.png,bad\n", "./a.png in line 2 and again in line 4", "once");
        touch("t/a.png");
        Files.writeString(folder.resolve("t/dataset.csv"), "image,label,product\na.png,good,left\na.png,good,right\n");
        assertThat(Dataset.open(folder, "t").index().test()).hasSize(2);
    }

    @Test
    void aTableThatIsNoTableSaysWhatItIs() throws IOException {
        assertTableRefused("image,label\n", "line of column names alone");
        assertTableRefused("image;label\na.png;good\n", "semicolons", "commas");
        assertTableRefused("image\tlabel\na.png\tgood\n", "tabs", "commas");
        assertTableRefused("image,label\na,b.png,good\n", "line 2 with 3 columns", "quotes");
        assertTableRefused("image,label,label\na.png,good,bad\n", "two columns label");
        Path table = folder.resolve("t/dataset.csv");
        Files.write(table, "image,label\na.png,good\nSt\u00f6rung.png,bad\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Dataset.open(folder, "t"))
                .hasMessageContaining("byte f6 in line 3, which is not UTF-8")
                .hasMessageContaining("CSV UTF-8");
        Files.write(table, "image,label\n".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Dataset.open(folder, "t")).hasMessageContaining("UTF-16");
        Files.write(table, "image,label\n".getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> Dataset.open(folder, "t")).hasMessageContaining("UTF-16");
    }

    @Test
    void aTableWithAByteOrderMarkAndWindowsLinesIsRead() throws IOException {
        touch("t/a.png", "t/b.png");
        Files.writeString(folder.resolve("t/dataset.csv"), "\uFEFFimage,label\r\na.png,good\r\nb.png,bad\r\n");
        assertThat(Dataset.open(folder, "t").index().test().get("product")).hasSize(2);
    }

    @Test
    @Tag("golden")
    void visasTableIsReadAsStrictly() throws IOException {
        Path root = Trees.grow("VisA", folder);
        Path table = root.resolve("split_csv/1cls.csv");
        List<String> lines = Files.readAllLines(table);
        for (String[] change :
                new String[][] {{"normal", "fine", "label fine in line 2"}, {"train", "val", "split val"}}) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(1, lines.get(1).replaceFirst("," + change[0] + ",", "," + change[1] + ","));
            Files.write(table, changed);
            assertThatThrownBy(() -> Datasets.index("VisA", root, MaskPairing.ORDER))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining(change[2]);
        }
        Files.write(table, lines.subList(0, 1));
        assertThatThrownBy(() -> Datasets.index("VisA", root, MaskPairing.ORDER))
                .hasMessageContaining("no image");
        List<String> twice = new ArrayList<>(lines);
        twice.add(lines.get(1));
        Files.write(table, twice);
        assertThatThrownBy(() -> Datasets.index("VisA", root, MaskPairing.ORDER))
                .hasMessageContaining("twice");
    }

    @Test
    void imagesAndMasksThatCannotBePairedAreListedOnBothSides() throws IOException {
        touch(
                "own/test/good/1.png",
                "own/test/dent/1.png",
                "own/test/dent/2.png",
                "own/ground_truth/dent/1_label.png",
                "own/ground_truth/dent/2.png");
        assertThatThrownBy(() -> Dataset.open(folder, "own"))
                .isInstanceOfSatisfying(IncompleteDatasetException.class, e -> assertThat(e.missing())
                        .isEmpty())
                .hasMessageContaining("could not be paired")
                .hasMessageContaining("in test/dent these have no mask: 1.png")
                .hasMessageContaining("in ground_truth/dent these have no image: 1_label.png")
                .hasMessageContaining("NAME_mask");
    }

    @Test
    void twoMasksOfAnImageAreRefusedForThatReason() throws IOException {
        touch(
                "two/test/good/1.png",
                "two/test/dent/1.png",
                "two/ground_truth/dent/1.png",
                "two/ground_truth/dent/1_mask.png");
        assertThatThrownBy(() -> Dataset.open(folder, "two")).hasMessageContaining("two masks: 1_mask.png");
        touch("one/test/good/1.png", "one/test/dent/1.png", "one/test/dent/1.jpg", "one/ground_truth/dent/1.png");
        assertThatThrownBy(() -> Dataset.open(folder, "one")).hasMessageContaining("share one mask: 1.jpg, 1.png");
    }

    @Test
    void eachProductOfAnOwnFolderMayNameItsNormalImagesInItsOwnWay() throws IOException {
        touch(
                "own/a/test/good/1.png",
                "own/b/test/ok/1.png",
                "own/b/test/hole/1.png",
                "own/c/train/good/1.png",
                "own/c/test/hole/1.png");
        DatasetIndex index = Dataset.open(folder, "own").index();
        assertThat(index.test().get("b"))
                .filteredOn(LabeledImage::anomalous)
                .extracting(LabeledImage::type)
                .containsExactly("hole");
        assertThat(index.train().get("c")).noneMatch(LabeledImage::anomalous);
        touch("own/d/test/hole/1.png");
        assertThatThrownBy(() -> Dataset.open(folder, "own")).hasMessageContaining("d/test: found folders [hole]");
    }

    @Test
    void whatSystemsPutIntoFoldersIsLeftOutAndNoted() throws IOException {
        touch(
                ".hidden/own/test/good/1.JPG",
                ".hidden/own/test/good/2.PNG",
                ".hidden/own/test/good/3.TIF",
                ".hidden/own/test/good/._1.JPG",
                ".hidden/own/test/good/.DS_Store",
                ".hidden/own/test/good/Thumbs.db",
                ".hidden/own/test/.ipynb_checkpoints/1.png",
                ".hidden/own/test/__MACOSX/1.png",
                ".hidden/own/test/hole/1.png");
        List<String> notes = new ArrayList<>();
        DatasetIndex index =
                Dataset.open(folder.resolve(".hidden"), "own", notes::add).index();
        assertThat(index.test().get("own"))
                .extracting(LabeledImage::image)
                .containsExactlyInAnyOrder("test/good/1.JPG", "test/good/2.PNG", "test/good/3.TIF", "test/hole/1.png");
        assertThat(notes)
                .contains(
                        "test/.ipynb_checkpoints left out: hidden",
                        "test/__MACOSX left out: hidden",
                        "test/good/Thumbs.db left out: not an image");
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
                "{\"train\": {}, \"test\": {\"a\": [], \"a\": []}}",
                "{\"train\": {}, \"test\": {}} {}",
                "{\"train\": {}, \"test\": {\"a\": [" + RECORD + ", " + RECORD + "]}}",
                "{\"train\": {\"a\": [" + RECORD + "]}, \"test\": {\"a\": [" + RECORD + "]}}",
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
