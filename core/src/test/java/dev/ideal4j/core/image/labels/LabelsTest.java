package dev.ideal4j.core.image.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ReadOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each tool's files: the pixels, the types, and which image they belong to. */
class LabelsTest {
    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private final ReadOptions options = ReadOptions.UPRIGHT.withNotes(notes::add);

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text.replace('\'', '"'));
    }

    /** A grey image of the given levels, row by row. */
    private Path image(String name, int type, int width, int... levels) throws IOException {
        BufferedImage image = new BufferedImage(width, levels.length / width, type);
        for (int i = 0; i < levels.length; i++) {
            int x = i % width;
            int y = i / width;
            if (type == BufferedImage.TYPE_INT_RGB) {
                image.setRGB(x, y, levels[i]);
            } else {
                image.getRaster().setSample(x, y, 0, levels[i]);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private Path grey(String name, int width, int... levels) throws IOException {
        return image(name, BufferedImage.TYPE_BYTE_GRAY, width, levels);
    }

    private ImageLabels of(String image) {
        return Labels.read(folder, options).of(folder.resolve(image)).orElseThrow();
    }

    private static String drawn(Mask mask) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < mask.pixels().length; i++) {
            rows.append(mask.pixels()[i] ? '#' : '.').append((i + 1) % mask.width() == 0 ? "\n" : "");
        }
        return rows.toString();
    }

    private static final String LABEL_ME =
            "{'version':'5.0','imagePath':'before_renaming.jpg','imageData':null,'imageWidth':6,"
                    + "'imageHeight':4,'shapes':[%s]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'polygon','points':[[1,1],[4,1],[4,2],[1,2]]; ......|.####.|.####.|......",
                "'rectangle','points':[[4,2],[1,1]]; ......|.####.|.####.|......",
                "'circle','points':[[2,2],[3,2]]; ......|..#...|.###..|..#...",
                "'point','points':[[9,0]]; ....##|.....#|.....#|.....#",
                "'linestrip','points':[[-5,0],[-5,4]]; #.....|#.....|#.....|#.....",
            })
    void labelMeShapes(String shape, String rows) throws IOException {
        write("a.json", LABEL_ME.formatted("{'label':'dent','shape_type':" + shape + "}"));
        assertThat(of("a.jpg").types()).containsExactly("dent");
        assertThat(drawn(of("a.jpg").mask(6, 4))).isEqualTo(rows.replace("|", "\n") + "\n");
    }

    @Test
    void labelMeMasksKeepTheirHoles() throws IOException {
        byte[] png = Files.readAllBytes(grey("hole.png", 3, 255, 255, 255, 255, 0, 255, 255, 255, 255));
        String mask = Base64.getEncoder().encodeToString(png);
        write(
                "a.json",
                LABEL_ME.formatted("{'label':'dent','shape_type':'mask','points':[[2,1],[4,3]],'mask':'" + mask + "'},"
                        + "{'label':'_background_','shape_type':'rectangle','points':[[0,0],[5,3]]}"));
        assertThat(drawn(of("a.jpg").mask(6, 4))).isEqualTo("......\n..###.\n..#.#.\n..###.\n");
        assertThat(of("a.jpg").types()).containsExactly("dent");
    }

    @Test
    void cocoHasTypesImagesWithoutDefectsAndFolders() throws IOException {
        write(
                "coco.json",
                "{'images':[{'id':1,'file_name':'x/a.png','width':4,'height':2},"
                        + "{'id':2,'file_name':'y/a.png','width':4,'height':2}],"
                        + "'categories':[{'id':7,'name':'scratch'},{'id':9,'name':'dent'}],'annotations':["
                        + "{'image_id':1,'category_id':7,'segmentation':[[0,0,2,0,2,2,0,2]]},"
                        + "{'image_id':1,'category_id':9,'segmentation':[],'bbox':[3,1,1,1]}]}");
        assertThat(of("x/a.png").types()).containsExactly("scratch", "dent");
        assertThat(drawn(of("x/a.png").mask(4, 2))).isEqualTo("##..\n##.#\n");
        assertThat(drawn(of("x/a.png").labels().get(1).mask(4, 2))).isEqualTo("....\n...#\n");
        assertThat(of("y/a.png").labels()).isEmpty();
        assertThatThrownBy(() -> of("a.png"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("found x/a.png and y/a.png");
    }

    @Test
    void writtenCocoIsReadBack() throws IOException {
        write(
                "a.json",
                LABEL_ME.formatted("{'label':'dent','shape_type':'rectangle','points':[[1,1],[2,2]]},"
                        + "{'label':'cut','shape_type':'rectangle','points':[[5,0],[5,3]]}"));
        ImageLabels labels = of("a.jpg");
        Path written = folder.resolve("out/coco.json");
        Files.createDirectory(written.getParent());
        Labels.writeCoco(List.of(new ImageLabels(labels.source(), "a.jpg", 6, 4, labels.labels())), written);
        ImageLabels read = Labels.read(written, options).of(Path.of("a.jpg")).orElseThrow();
        assertThat(read.mask(6, 4)).isEqualTo(labels.mask(6, 4));
        assertThat(read.types()).containsExactlyInAnyOrder("dent", "cut");
        assertThat(new ObjectMapper().readTree(written.toFile()).at("/annotations/0/bbox"))
                .hasToString("[1,1,2,2]");
    }

    @Test
    void labelStudioRegions() throws IOException {
        write(
                "export.json",
                "[{'data':{'image':'/data/upload/1/0a1b2c3d-part%202.png'},'annotations':["
                        + "{'was_cancelled':true,'result':[]},{'result':["
                        + "{'type':'choices','value':{'choices':['bad']}},"
                        + "{'type':'polygonlabels','original_width':4,'original_height':2,"
                        + "'value':{'polygonlabels':['cut'],'points':[[0,0],[50,0],[50,100],[0,100]]}},"
                        + "{'type':'rectanglelabels','original_width':4,'original_height':2,'value':{'rectanglelabels':['dent'],"
                        + "'x':100,'y':0,'width':50,'height':50,'rotation':90}}]}]}]");
        assertThat(of("part 2.png").types()).containsExactly("cut", "dent");
        assertThat(drawn(of("0a1b2c3d-part 2.png").mask(4, 2))).isEqualTo("##.#\n##.#\n");
    }

    @Test
    void yoloBoxesAndPolygonsWithTheNamesOfDataYaml() throws IOException {
        write("data.yaml", "train: images\nnames:\n  0: scratch\n  1: dent\n");
        write("labels/a.txt", "0 0.25 0.5 0.5 1\n1 0.75 0 1 0 1 0.5 0.75 0.5\n");
        write("labels/good.txt", "");
        ImageLabels a = Labels.read(folder.resolve("labels"), options)
                .of(Path.of("images/a.jpg"))
                .orElseThrow();
        assertThat(a.types()).containsExactly("scratch", "dent");
        assertThat(drawn(a.mask(4, 2))).isEqualTo("##.#\n##..\n");
        assertThat(of("good.jpg").labels()).isEmpty();
        assertThat(Labels.read(folder, options).of(Path.of("other.jpg"))).isEmpty();
    }

    @Test
    void boxesInPixelsIncludeBothCorners() throws IOException {
        write("0007.txt", "1 0 2 1 3\n");
        write("0008.txt", "1,0,2,1,3\n");
        write("classes.txt", "a\nb\nc\nspur\n");
        assertThat(drawn(of("0007_test.jpg").mask(4, 2))).isEqualTo(".##.\n.##.\n");
        assertThat(of("0008.jpg").mask(4, 2)).isEqualTo(of("0007.jpg").mask(4, 2));
        assertThat(of("0007.jpg").types()).containsExactly("spur");
    }

    @Test
    void colourMasksAreNamedByTheirLabelMap() throws IOException {
        write("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncut:250,50,83::\ndent:0,1,0::\n");
        image("SegmentationClass/a.png", BufferedImage.TYPE_INT_RGB, 3, 0, 0xFA3253, 0x000100);
        image("SegmentationClass/b.png", BufferedImage.TYPE_INT_RGB, 2, 0, 0x112233);
        image("JPEGImages/a.png", BufferedImage.TYPE_INT_RGB, 3, 1, 2, 3);
        assertThat(of("a.png").types()).containsExactlyInAnyOrder("cut", "dent");
        assertThat(drawn(of("a.png").mask(3, 1))).isEqualTo(".##\n");
        assertThatThrownBy(() -> of("b.png"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("b.png: found colour 17,34,51");
    }

    @ParameterizedTest
    @CsvSource({"10, 5", "11, 5"})
    void theLevelsOfClassIndexMasksAreTypes(int type, int classes) throws IOException {
        int[] levels = new int[2 * classes];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = i / 2;
        }
        image("a_mask.png", type, 2, levels);
        write("classes.txt", "good\nscratch\n");
        assertThat(of("a.jpg").types()).containsExactly("scratch", "2", "3", "4");
        assertThat(drawn(of("a.jpg").labels().get(0).mask(2, 5))).isEqualTo("..\n##\n..\n..\n..\n");
        assertThat(of("a.jpg").mask(2, 5).share()).isEqualTo(0.8);
    }

    @Test
    void manyClassesAreNotTakenForSoftEdges() throws IOException {
        int[] levels = new int[30];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = i;
        }
        grey("a.png", 30, levels);
        assertThat(of("a.jpg").types()).hasSize(29);
        assertThat(of("a.jpg").mask(30, 1).share()).isEqualTo(29 / 30.0);
    }

    @Test
    void severalMasksOfAnImageAreJoined() throws IOException {
        grey("structural/007/000.png", 3, 0, 255, 0);
        grey("structural/007/001.png", 3, 0, 0, 200);
        grey("logical/007/000.png", 3, 255, 0, 0);
        assertThat(drawn(of("test/structural/007.png").mask(3, 1))).isEqualTo(".##\n");
        assertThat(of("test/structural/007.png").types()).containsExactly("structural");
        assertThat(drawn(of("test/logical/007.png").mask(3, 1))).isEqualTo("#..\n");
    }

    @Test
    void imagesBesideLabelMeAreNotMasksAndOtherJsonIsNoted() throws IOException {
        grey("a.png", 6, new int[24]);
        grey("b.png", 6, new int[24]);
        write("a.json", LABEL_ME.formatted("{'label':'dent','points':[[0,0],[1,0],[0,1]]}"));
        write("settings.json", "{'tool':1}");
        assertThat(Labels.read(folder, options).size()).isEqualTo(1);
        assertThat(notes).singleElement().asString().contains("settings.json is left out");
        assertThat(Labels.read(folder, options).of(folder.resolve("b.png"))).isEmpty();
    }

    @Test
    void labelsOfAnotherSizeAreRefused() throws IOException {
        write("a.json", LABEL_ME.formatted("{'label':'dent','points':[[0,0],[1,0],[0,1]]}"));
        assertThatThrownBy(() -> of("a.jpg").mask(4, 6))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("found 6×4, expected 4×6")
                .hasMessageContaining("EXIF");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a.json; {'shapes':[{'label':'x','shape_type':'ellipse','points':[[0,0],[1,1]]}]}; shape_type ellipse",
                "a.json; {'shapes':[{'label':'x','points':[[0,0],[1,1]]}]}; polygon of 2 points",
                "a.json; {'shapes':[{'label':'x','points':[[0,0],[1,'a'],[2,2]]}]}; found 1 \"a\", expected a number",
                "a.json; {'shapes':[; broken JSON",
                "a.json; {'tool':1}; no labels",
                "a.json; {'images':[],'annotations':[{'image_id':3}]}; an annotation of image id 3",
                "a.txt; 0 0.5 0.5 12 0.5; coordinate 12.0",
                "a.txt; 0 0.5 0.5; 3 numbers in line",
                "a.txt; 0 0.5 0.5 0.5 0.5 a; line 0 0.5",
            })
    void damagedFilesAreNamed(String name, String text, String message) throws IOException {
        Path file = write(name, text);
        assertThatThrownBy(() -> Labels.read(file, options))
                .isInstanceOf(FileFormatException.class)
                .hasMessageStartingWith(file + ": found ")
                .hasMessageContaining(message);
    }

    @Test
    void aFolderWithoutLabelsIsRefused() {
        assertThatThrownBy(() -> Labels.read(folder, options))
                .isInstanceOf(FileAccessException.class)
                .hasMessageEndingWith("no labels in it");
    }
}
