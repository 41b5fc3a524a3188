package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageWriterTest {
    private static final ScoreMap MAP =
            new ScoreMap(3, 2, new float[] {-1, 0.25f, 0.5f, Float.NaN, 1, Float.POSITIVE_INFINITY});

    @TempDir
    Path folder;

    @Test
    void aImageSurvivesPng() {
        byte[] samples = new byte[3 * 61 * 37];
        new Random(5).nextBytes(samples);
        Path file = folder.resolve("image.png");

        ImageWriter.writePng(new RgbImage(61, 37, samples), file);

        RgbImage read = ImageReader.read(file);
        assertThat(read.width()).isEqualTo(61);
        assertThat(read.samples()).isEqualTo(samples);
    }

    /** More than one chunk. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 256})
    void otherReadersReadALargeImage(int levels) throws IOException {
        Random random = new Random(5);
        byte[] samples = new byte[3 * 701 * 300];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) random.nextInt(levels);
        }
        Path file = folder.resolve("image.png");

        ImageWriter.writePng(new RgbImage(701, 300, samples), file);

        BufferedImage read = ImageIO.read(file.toFile());
        int[] found = read.getRaster().getPixels(0, 0, 701, 300, (int[]) null);
        for (int i = 0; i < samples.length; i++) {
            assertThat(found[i]).as("sample " + i).isEqualTo(samples[i] & 0xFF);
        }
    }

    @Test
    void aMapBecomes16BitGreyWithItsRange() throws IOException {
        Path file = folder.resolve("map.png");

        ImageWriter.writePng(MAP, -0.5f, 1.5f, file);

        BufferedImage read = ImageIO.read(file.toFile());
        assertThat(read.getSampleModel().getSampleSize()).containsExactly(16);
        int[] expected = {0, Math.round(65535 * 0.375f), Math.round(65535 * 0.5f), 0, Math.round(65535 * 0.75f), 65535};
        assertThat(read.getRaster().getPixels(0, 0, 3, 2, (int[]) null)).containsExactly(expected);
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content).contains("tEXtscore-max\u00001.5").contains("tEXtscore-min\u0000-0.5");
    }

    @Test
    void theSameMapGivesTheSameBytes() throws IOException {
        ImageWriter.writePng(MAP, 0, 1, folder.resolve("a.png"));
        ImageWriter.writePng(MAP, 0, 1, folder.resolve("b.png"));
        assertThat(folder.resolve("a.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    @Test
    void aMapBecomesANumpyArray() throws IOException {
        Path file = folder.resolve("map.npy");

        NpyMap.write(MAP, file);

        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        read.get(magic);
        assertThat(magic).isEqualTo(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        byte[] header = new byte[read.getShort()];
        read.get(header);
        assertThat(read.position() % 64).isZero();
        assertThat(new String(header, StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
                .endsWith(" \n");
        float[] values = new float[6];
        read.asFloatBuffer().get(values);
        assertThat(values).isEqualTo(MAP.values());
        assertThat(read.remaining()).isEqualTo(24);
        assertThat(NpyMap.read(read.array())).isEqualTo(MAP);
    }

    /** A file with this header, and as many values as its shape says. */
    private static byte[] npy(String header, int values) {
        ByteBuffer file =
                ByteBuffer.allocate(10 + header.length() + Float.BYTES * values).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        return file.put(header.getBytes(StandardCharsets.US_ASCII)).array();
    }

    @Test
    void aHeaderThatNumpyWouldNotWriteIsRefused() {
        String plain = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
        assertThat(NpyMap.read(npy(plain + " ".repeat(400), 2))).isEqualTo(new ScoreMap(2, 1, new float[2]));
        List<byte[]> bad = List.of(
                npy(plain + " ".repeat(500), 2),
                npy("'<f4'False(".repeat(5000), 0),
                npy(plain.replace("(1, 2)", "(0, 2)"), 0),
                npy(plain.replace("<f4", "<f8"), 2),
                npy(plain.replace("(1, 2)", "(999999999, 999999999)"), 2),
                npy(plain, 3),
                new byte[0]);
        assertTimeout(
                Duration.ofSeconds(1),
                () -> bad.forEach(file -> assertThatThrownBy(() -> NpyMap.read(file))
                        .isInstanceOf(FileFormatException.class)
                        .hasMessageContaining(file.length + " bytes")));
    }

    @Test
    void anUnwritableTargetIsNamedAndNothingIsLeft() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Path absent = folder.resolve("absent").resolve("map.npy");
        assertThatThrownBy(() -> ImageWriter.writePng(MAP, 0, 1, taken))
                .isInstanceOf(FileAccessException.class)
                .hasMessageStartingWith(taken + ": ");
        assertThatThrownBy(() -> NpyMap.write(MAP, absent))
                .isInstanceOf(FileAccessException.class)
                .hasMessage(absent + ": no such file or folder");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(taken);
        }
    }

    @Test
    void anEmptyRangeIsNamed() {
        Path file = folder.resolve("map.png");
        assertThatThrownBy(() -> ImageWriter.writePng(MAP, 1, 1, file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("range of scores: found 1.0 to 1.0");
        assertThatThrownBy(() -> ImageWriter.writePng(MAP, Float.NaN, 1, file))
                .isInstanceOf(InvalidInputException.class);
        assertThat(file).doesNotExist();
    }
}
