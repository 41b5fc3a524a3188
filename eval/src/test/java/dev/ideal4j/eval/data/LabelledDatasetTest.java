package dev.ideal4j.eval.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.eval.episodes.ReferenceFiles;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.episodes.TestProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' data sets with labels of annotation tools in place of masks. */
class LabelledDatasetTest {
    private static final String LABEL_ME = "{'imagePath':'x','imageWidth':4,'imageHeight':3,'shapes':[%s]}";
    private static final String DENT = "{'label':'dent','shape_type':'rectangle','points':[[1,1],[2,2]]}";
    private static final String CUT = "{'label':'cut','shape_type':'rectangle','points':[[0,0],[0,0]]}";

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private void images(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve("own").resolve(name);
            Files.createDirectories(file.getParent());
            ImageWriter.writePng(new RgbImage(4, 3, new byte[36]), file);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve("own").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.replace('\'', '"'));
    }

    private Dataset open() {
        notes.clear();
        return Dataset.open(folder, "own", notes::add);
    }

    private static LabeledImage image(Dataset dataset, String path) {
        return dataset.index().test().values().stream()
                .flatMap(List::stream)
                .filter(image -> image.image().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static String pixels(Dataset dataset, String path) {
        StringBuilder rows = new StringBuilder();
        Mask mask = dataset.mask(image(dataset, path), note -> {});
        for (int i = 0; i < mask.pixels().length; i++) {
            rows.append(mask.pixels()[i] ? '#' : '.').append(i % 4 == 3 ? " " : "");
        }
        return rows.toString().strip();
    }

    @Test
    void goodAndBadAloneHaveNoMasks() throws IOException {
        images("good/1.png", "good/2.png", "bad/1.png");
        Dataset dataset = open();
        assertThat(dataset.index().summary())
                .containsExactly("own: 0 images to train on; test: 2 good, 1 defective (1 bad), 0 with masks: "
                        + "image metrics alone, because pixel metrics need all masks");
        assertThat(notes).isEmpty();
    }

    @Test
    void labelsLieBesideTheImages() throws IOException {
        images("good/1.png", "pitting/1.png", "spot/2.png");
        write("pitting/1.json", LABEL_ME.formatted(DENT));
        write("spot/2.txt", "0 0 1 0 4\n");
        Dataset dataset = open();
        assertThat(pixels(dataset, "pitting/1.png")).isEqualTo(".... .##. .##.");
        assertThat(pixels(dataset, "spot/2.png")).isEqualTo("##.. .... ....");
        assertThat(dataset.index().summary())
                .singleElement()
                .asString()
                .endsWith("2 defective (1 pitting, 1 spot), 2 with masks");
        assertThat(notes).isEmpty();
    }

    @Test
    void masksOfFlatFoldersLieInGroundTruth() throws IOException {
        images("a/good/1.png", "a/dent/1.png", "a/ground_truth/dent/1_mask.png", "b/ok/1.png", "b/dent/1.png");
        assertThat(image(open(), "a/dent/1.png").mask()).isEqualTo("a/ground_truth/dent/1_mask.png");
        assertThat(open().index().test()).containsOnlyKeys("a", "b");
    }

    @Test
    void severalMasksOfAnImageAreJoined() throws IOException {
        images("test/good/000.png", "test/dent/000.png");
        write("ground_truth/dent/000/x", "");
        for (int i = 0; i < 2; i++) {
            boolean[] marked = new boolean[12];
            marked[5 * i] = true;
            ImageWriter.writePng(new Mask(4, 3, marked), folder.resolve("own/ground_truth/dent/000/00" + i + ".png"));
        }
        assertThat(pixels(open(), "test/dent/000.png")).isEqualTo("#... .#.. ....");
        images("test/dent/001.png");
        assertThatThrownBy(this::open).hasMessageContaining("1 missing: ground_truth/dent/001/");
    }

    @Test
    void cocoNamesGoodImagesAndTypes() throws IOException {
        images("images/1.png", "images/2.png", "images/3.png");
        write(
                "annotations/all.json",
                "{'images':[{'id':1,'file_name':'1.png','width':4,'height':3},"
                        + "{'id':2,'file_name':'2.png','width':4,'height':3}],'categories':[{'id':1,'name':'dent'},"
                        + "{'id':2,'name':'cut'}],'annotations':[{'image_id':1,'category_id':1,'bbox':[0,0,2,1]},"
                        + "{'image_id':1,'category_id':2,'bbox':[3,2,1,1]}]}");
        Dataset dataset = open();
        assertThat(image(dataset, "images/1.png").type()).isEqualTo("dent+cut");
        assertThat(pixels(dataset, "images/1.png")).isEqualTo("##.. .... ...#");
        assertThat(image(dataset, "images/2.png").anomalous()).isFalse();
        assertThat(dataset.index().testImages(false)).isEqualTo(1);
        assertThat(notes)
                .containsExactly("1 images without labels are left out, because other images have empty labels");
    }

    @Test
    void imagesWithoutLabelMeFilesAreGood() throws IOException {
        images("1.png", "2.png");
        write("1.json", LABEL_ME.formatted(CUT));
        Dataset dataset = open();
        assertThat(image(dataset, "1.png").type()).isEqualTo("cut");
        assertThat(image(dataset, "2.png").anomalous()).isFalse();
        assertThat(notes).containsExactly("1 images without labels count as good");
    }

    @Test
    void referencesHaveTheMaskOfTheirLabels() throws IOException {
        images("good/1.png", "bad/1.png");
        write("bad/1.json", LABEL_ME.formatted(DENT));
        ReferenceFiles references = Tasks.drawn(open(), new TestProtocol(new Shots(1, 1), Setting.GENERAL, 1, null), 17)
                .get(0)
                .references();
        assertThat(references.load().abnormal().get(0).mask().share()).isEqualTo(4 / 12.0);
    }

    @Test
    void aFolderOfOtherThingsSaysWhatIsExpected() throws IOException {
        images("x/1.png");
        assertThatThrownBy(this::open)
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("found no product, expected folders like product/test/good");
    }
}
