package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The orientation, the notes of the readers, and masks that somebody drew. */
class ReadOptionsTest {
    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int FLOATING = 3;

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();
    private final ReadOptions upright = ReadOptions.UPRIGHT.withNotes(notes::add);

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    private static BufferedImage grey(int width, int... samples) {
        BufferedImage image = new BufferedImage(width, samples.length / width, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, width, samples.length / width, samples);
        return image;
    }

    private static int[] samples(RgbImage image) {
        int[] samples = new int[image.width() * image.height()];
        Arrays.setAll(samples, i -> image.samples()[3 * i] & 0xFF);
        return samples;
    }

    /** A TIFF header and a directory with the orientation alone. */
    private static byte[] exif(int orientation, ByteOrder order) {
        ByteBuffer data = ByteBuffer.allocate(26).order(order);
        data.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(data.get(0));
        data.putShort((short) 42).putInt(8).putShort((short) 1);
        data.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
        return data.array();
    }

    /** An uncompressed grey TIFF of one strip a page. */
    private static byte[] tiff(int width, int bits, int format, int orientation, int pages, byte[] samples) {
        int each = 2 + 11 * 12 + 4;
        ByteBuffer data = ByteBuffer.allocate(8 + pages * each + samples.length).order(ByteOrder.LITTLE_ENDIAN);
        data.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
        int height = samples.length * 8 / bits / width;
        int[][] tags = {
            {256, width},
            {257, height},
            {258, bits},
            {259, 1},
            {262, 1},
            {273, 8 + pages * each},
            {274, orientation},
            {277, 1},
            {278, height},
            {279, samples.length},
            {339, format}
        };
        for (int page = 0; page < pages; page++) {
            data.putShort((short) tags.length);
            for (int[] tag : tags) {
                boolean isLong = tag[0] == 273 || tag[0] == 279;
                data.putShort((short) tag[0])
                        .putShort((short) (isLong ? 4 : 3))
                        .putInt(1)
                        .putInt(tag[1]);
            }
            data.putInt(page + 1 < pages ? 8 + (page + 1) * each : 0);
        }
        return data.put(samples).array();
    }

    /** Stored 3×2 as 1 2 3 / 4 5 6; what a viewer shows for each orientation, by the EXIF standard. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 1 2 3 4 5 6",
        "2, 3, 3 2 1 6 5 4",
        "3, 3, 6 5 4 3 2 1",
        "4, 3, 4 5 6 1 2 3",
        "5, 2, 1 4 2 5 3 6",
        "6, 2, 4 1 5 2 6 3",
        "7, 2, 6 3 5 2 4 1",
        "8, 2, 3 6 2 5 1 4",
        "0, 3, 1 2 3 4 5 6",
        "9, 3, 1 2 3 4 5 6"
    })
    void everyOrientationIsTurnedUpright(int orientation, int width, String expected) throws IOException {
        int[] shown =
                Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
        Path tiff = write("a.tif", tiff(3, 8, UNSIGNED, orientation, 1, new byte[] {1, 2, 3, 4, 5, 6}));
        for (Path file : List.of(tiff, png(orientation))) {
            RgbImage image = ImageReader.read(file, upright);
            assertThat(image.width()).isEqualTo(width);
            assertThat(samples(image)).containsExactly(shown);
            assertThat(samples(ImageReader.read(file))).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(MaskReader.readDrawn(file, upright).width()).isEqualTo(width);
        }
    }

    /** The same 3×2 image as PNG, with an eXIf chunk behind the header. */
    private Path png(int orientation) throws IOException {
        byte[] plain = encode(grey(3, 1, 2, 3, 4, 5, 6), "png");
        byte[] exif = exif(orientation, ByteOrder.BIG_ENDIAN);
        ByteBuffer chunk = ByteBuffer.allocate(12 + exif.length);
        chunk.putInt(exif.length).put("eXIf".getBytes()).put(exif);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + exif.length);
        chunk.putInt((int) crc.getValue());
        return write("a.png", inserted(plain, 33, chunk.array()));
    }

    private static byte[] inserted(byte[] file, int at, byte[] more) {
        return ByteBuffer.allocate(file.length + more.length)
                .put(file, 0, at)
                .put(more)
                .put(file, at, file.length - at)
                .array();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPhotographLiesAsItsCameraSays(boolean littleEndian) throws IOException {
        byte[] exif = exif(6, littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        ByteBuffer segment = ByteBuffer.allocate(10 + exif.length);
        segment.putShort((short) 0xFFE1).putShort((short) (8 + exif.length));
        segment.put("Exif\0\0".getBytes()).put(exif);
        BufferedImage wide = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_GRAY);
        wide.getRaster().setSample(0, 15, 0, 255);
        Path file = write("a.jpg", inserted(encode(wide, "jpg"), 2, segment.array()));
        RgbImage image = ImageReader.read(file, upright);
        assertThat(image.width()).isEqualTo(16);
        assertThat(image.height()).isEqualTo(32);
        assertThat(image.samples()[0] & 0xFF)
                .as("the lower left corner is turned to the upper left")
                .isGreaterThan(100);
        assertThat(ImageReader.read(file).width()).isEqualTo(32);
    }

    @Test
    void damagedExifCountsAsUpright() {
        byte[] whole = exif(6, ByteOrder.LITTLE_ENDIAN);
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThat(Orientation.of(cut)).isEqualTo(length < 22 ? Orientation.UPRIGHT : 6);
        }
    }

    @Test
    void furtherPagesAreNoted() throws IOException {
        Path file = write("pages.tif", tiff(2, 8, UNSIGNED, 1, 3, new byte[] {1, 2}));
        ImageReader.read(file, upright);
        assertThat(notes).containsExactly("it has 3 pages, of which the first is read; FILE#2 reads the second");
    }

    @Test
    void aNumberBehindTheNameChoosesAPage() throws IOException {
        byte[] pages = tiff(2, 8, UNSIGNED, 1, 3, new byte[] {1, 2, 3, 4, 5, 6});
        // The pages have a row each.
        for (int page = 0; page < 3; page++) {
            int entries = 8 + page * (2 + 11 * 12 + 4) + 2;
            ByteBuffer.wrap(pages)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort(entries + 12 + 8, (short) 1)
                    .putInt(entries + 5 * 12 + 8, pages.length - 6 + 2 * page)
                    .putInt(entries + 9 * 12 + 8, 2);
        }
        write("pages.tif", pages);
        assertThat(samples(ImageReader.read(folder.resolve("pages.tif#1"), upright)))
                .containsExactly(1, 2);
        assertThat(samples(ImageReader.read(folder.resolve("pages.tif#3"), upright)))
                .containsExactly(5, 6);
        assertThat(notes).isEmpty();
        assertThat(ImageReader.file(folder.resolve("pages.tif#3"))).isEqualTo(folder.resolve("pages.tif"));
        assertThatThrownBy(() -> ImageReader.read(folder.resolve("pages.tif#4")))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("pages.tif#4: found a TIFF of 3 pages, expected page 4");
        Path single = write("a.png", encode(grey(1, 7), "png"));
        assertThatThrownBy(() -> ImageReader.read(folder.resolve("a.png#2")))
                .hasMessageContaining("a file without pages");
        Files.move(single, folder.resolve("a.tif#2"));
        assertThat(samples(ImageReader.read(folder.resolve("a.tif#2")))).containsExactly(7);
    }

    /** An ICC profile of a JDK colour space, whose description is replaced by a name of the same length. */
    private static byte[] profile(String name) {
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        ICC_Profile named = ICC_Profile.getInstance(profile);
        ByteBuffer tag = ByteBuffer.allocate(12 + name.length() + 1 + 78);
        tag.putInt(0x64657363).putInt(0).putInt(name.length() + 1).put(name.getBytes(StandardCharsets.US_ASCII));
        named.setData(ICC_Profile.icSigProfileDescriptionTag, tag.array());
        return named.getData();
    }

    @ParameterizedTest
    @CsvSource({"Adobe RGB (1998), its colour profile Adobe RGB (1998) is not applied", "sRGB IEC61966-2.1,"})
    void aColourProfileOtherThanSrgbIsNamed(String name, String note) throws IOException {
        byte[] icc = profile(name);
        ByteBuffer segment = ByteBuffer.allocate(18 + icc.length).putShort((short) 0xFFE2);
        segment.putShort((short) (16 + icc.length)).put("ICC_PROFILE\0".getBytes());
        segment.put((byte) 1).put((byte) 1).put(icc);
        byte[] plain = encode(grey(8, new int[64]), "jpg");
        ImageReader.read(write("a.jpg", inserted(plain, 2, segment.array())), upright);
        assertThat(notes).isEqualTo(note == null ? List.of() : List.of(note));

        notes.clear();
        ImageReader.read(
                write("a.png", inserted(encode(grey(1, 7), "png"), 33, pngProfile("ICC Profile", icc))), upright);
        assertThat(notes).isEqualTo(note == null ? List.of() : List.of(note));

        notes.clear();
        byte[] tiff = tiff(1, 8, UNSIGNED, 1, 1, new byte[] {7});
        ImageReader.read(write("a.tif", tiffWithProfile(tiff, icc)), upright);
        assertThat(notes).isEqualTo(note == null ? List.of() : List.of(note));

        notes.clear();
        RgbImage webp = ImageReader.read(write("a.webp", webpWithProfile(icc)), upright);
        assertThat(notes).isEqualTo(note == null ? List.of() : List.of(note));
        assertThat(webp).as("samples as they are stored").isEqualTo(ImageReader.read(losslessWebp(), "plain"));
    }

    /** A chunk iCCP, whose own name says nothing. */
    private static byte[] pngProfile(String name, byte[] icc) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes((name + "\0\0").getBytes(StandardCharsets.ISO_8859_1));
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(content)) {
            deflated.write(icc);
        }
        return ByteBuffer.allocate(12 + content.size())
                .putInt(content.size())
                .put("iCCP".getBytes(StandardCharsets.ISO_8859_1))
                .put(content.toByteArray())
                .array();
    }

    /** The profile behind the file, in place of the first page's last entry but the sample format. */
    private static byte[] tiffWithProfile(byte[] tiff, byte[] icc) {
        byte[] file = Arrays.copyOf(tiff, tiff.length + icc.length);
        System.arraycopy(icc, 0, file, tiff.length, icc.length);
        ByteBuffer entries = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int count = entries.getShort(8);
        int last = 8 + 2 + 12 * (count - 1);
        entries.putShort(last, (short) 34675).putShort(last + 2, (short) 7).putInt(last + 4, icc.length);
        entries.putInt(last + 8, tiff.length);
        return file;
    }

    private static byte[] losslessWebp() {
        return FormatFiles.bytes("lossless.webp");
    }

    /** A file of the test resources in the extended form, with a chunk ICCP. */
    private static byte[] webpWithProfile(byte[] icc) {
        byte[] plain = losslessWebp();
        RgbImage image = ImageReader.read(plain, "plain");
        int padded = icc.length + icc.length % 2;
        ByteBuffer file = ByteBuffer.allocate(plain.length + 18 + 8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes())
                .putInt(file.capacity() - 8)
                .put("WEBPVP8X".getBytes())
                .putInt(10)
                .putInt(0x20);
        file.put((byte) (image.width() - 1)).put((byte) 0).put((byte) 0);
        file.put((byte) (image.height() - 1)).put((byte) 0).put((byte) 0);
        file.put("ICCP".getBytes()).putInt(icc.length).put(Arrays.copyOf(icc, padded));
        return file.put(plain, 12, plain.length - 12).array();
    }

    /** Written by Pillow; LittleCMS makes these colours of it. */
    @Test
    void labBecomesRgb() throws IOException {
        String file = ""
                + "SUkqAAgAAAAKAAABBAABAAAABgAAAAEBBAABAAAAAQAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYB"
                + "AwABAAAACAAAABEBBAABAAAAjAAAABUBAwABAAAAAwAAABYBBAABAAAAAQAAABcBBAABAAAAEgAAABwB"
                + "AwABAAAAAQAAAAAAAAAIAAgACAD/AACAAAAAAACMIAy07hZaDOQ=";
        int[] expected = {254, 255, 254, 119, 119, 119, 1, 0, 1, 186, 109, 112, 150, 182, 131, 82, 78, 128};
        RgbImage image = ImageReader.read(write("lab.tif", Base64.getDecoder().decode(file)), upright);
        for (int i = 0; i < expected.length; i++) {
            assertThat(image.samples()[i] & 0xFF).as("sample %d", i).isCloseTo(expected[i], within(10));
        }
    }

    @Test
    void twelveBitsInSixteenAreNoted() throws IOException {
        Path file = write("deep.tif", tiff(2, 16, UNSIGNED, 1, 1, new byte[] {0, 0, (byte) 0xFF, 0x0F}));
        ImageReader.read(file, upright);
        assertThat(notes).singleElement().asString().contains("4095", "12-bit");
        notes.clear();
        ImageReader.read(write("full.tif", tiff(2, 16, UNSIGNED, 1, 1, new byte[] {0, 0, 0, 0x10})), upright);
        assertThat(notes).isEmpty();
    }

    /** Three samples of -1, 0 and 3, or 0, 1 and 4 where there are no negative ones. */
    private Path deep(int bits, int format) throws IOException {
        int first = format == UNSIGNED ? 0 : -1;
        ByteBuffer data = ByteBuffer.allocate(3 * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int sample : new int[] {first, first + 1, first + 4}) {
            if (format == FLOATING) {
                data.putFloat(sample);
            } else if (bits == 32) {
                data.putInt(sample);
            } else {
                data.putShort((short) sample);
            }
        }
        return write("deep" + bits + format + ".tif", tiff(3, bits, format, 1, 1, data.array()));
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 2", "32, 1", "32, 2", "32, 3"})
    void deepSamplesAreScaledByLevels(int bits, int format) throws IOException {
        Path file = deep(bits, format);
        Levels auto = Levels.of(List.of(file)).orElseThrow();
        assertThat(auto).isEqualTo(format == UNSIGNED ? new Levels(0, 4) : new Levels(-1, 3));
        assertThat(samples(ImageReader.read(file, upright.withLevels(auto)))).containsExactly(0, 64, 255);
        Levels narrow = new Levels(auto.low() + 1, auto.high() - 1);
        assertThat(samples(ImageReader.read(file, upright.withLevels(narrow)))).containsExactly(0, 0, 255);
        if (bits == 32 || format != UNSIGNED) {
            assertThatThrownBy(() -> ImageReader.read(file))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll(
                            file.toString(), "signed, longer than 16 bits or in floating-point", "levels");
            assertThatThrownBy(() -> MaskReader.read(file)).isInstanceOf(FileFormatException.class);
        }
    }

    @Test
    void levelsOfSeveralImagesCoverAllOfThem() throws IOException {
        Path low = write("low.tif", tiff(2, 16, UNSIGNED, 1, 1, new byte[] {5, 0, 9, 0}));
        Path high = write("high.tif", tiff(2, 16, UNSIGNED, 1, 1, new byte[] {7, 0, 0, 1}));
        Path shallow = write("grey.png", encode(grey(1, 200), "png"));
        assertThat(Levels.of(List.of(low, shallow, high))).contains(new Levels(5, 256));
        assertThat(Levels.of(List.of(shallow))).isEmpty();
        assertThat(samples(ImageReader.read(shallow, upright.withLevels(new Levels(0, 10)))))
                .containsExactly(200);
        assertThat(notes).containsExactly("levels have no effect, because its samples have 8 bits");
    }

    @Test
    void levelsAreWrittenAndReadExactly() {
        for (Levels levels : List.of(new Levels(0, 4095), new Levels(-0.1, 1e-9), new Levels(1e300, 1.5e300))) {
            assertThat(Levels.parse(levels.toString())).isEqualTo(levels);
        }
        assertThat(new Levels(0, 4095)).hasToString("0..4095");
        for (String wrong : List.of("", "5", "a..b", "2..1", "1..1", "NaN..1", "0..Infinity", "1..2..3")) {
            assertThatThrownBy(() -> Levels.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("levels: found ");
        }
    }

    @Test
    void aMaskOfTwoLevelsIsReadInSilence() throws IOException {
        for (int level : new int[] {1, 5, 255}) {
            Path file = write("m.png", encode(grey(3, 0, level, 0), "png"));
            assertThat(MaskReader.readDrawn(file, upright).pixels()).containsExactly(false, true, false);
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void classesOfDefectsAllCount() throws IOException {
        Path file = write("m.png", encode(grey(4, 0, 0, 1, 2, 0, 0, 0, 0), "png"));
        assertThat(MaskReader.readDrawn(file, upright).share()).isEqualTo(0.25);
        assertThat(notes).containsExactly("it has 3 grey levels; a pixel counts as defect above level 0");
    }

    /** JPEG rings around a defect by a few levels, which the published rule counts as defect. */
    @Test
    void aMaskSavedAsJpegKeepsItsArea() throws IOException {
        BufferedImage square = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 400; i++) {
            square.getRaster().setSample(21 + i % 20, 19 + i / 20, 0, 255);
        }
        Path file = write("m.jpg", encode(square, "jpg"));
        assertThat(MaskReader.readDrawn(file, upright).share() * 64 * 64).isEqualTo(400);
        assertThat(MaskReader.read(file).share() * 64 * 64).isGreaterThan(410);
        assertThat(notes).singleElement().asString().contains("grey levels", "half of the largest level");
    }

    @Test
    void aMaskOfNearlyAllPixelsIsQuestioned() throws IOException {
        MaskReader.readDrawn(write("m.png", encode(grey(4, 255, 255, 255, 0), "png")), upright);
        assertThat(notes).containsExactly("it marks 75.0 % of the image as defect: is it inverted?");
    }
}
