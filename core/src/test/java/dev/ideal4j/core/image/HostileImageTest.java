package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged, truncated and oversized images end as a {@link FileFormatException} of one line, or as an image. */
class HostileImageTest {
    private static final int MUTATIONS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {".png", ".jpg", ".bmp", ".tif"})
    void mutatedImagesAreReadOrRefused(String suffix) {
        mutate(suffix, MUTATIONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {".webp", ".gif", "m"})
    void someMutatedImagesAreReadOrRefused(String suffix) {
        mutate(suffix, MUTATIONS / 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {".webp", ".gif", "m"})
    @Tag("soak")
    void manyMutatedImagesAreReadOrRefused(String suffix) {
        mutate(suffix, MUTATIONS);
    }

    private static void mutate(String suffix, int count) {
        List<byte[]> bases = FormatFiles.all().stream()
                .filter(file -> file.toString().endsWith(suffix))
                .map(FormatFiles::bytes)
                .toList();
        Mutations mutations = new Mutations(20_26);
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] file = mutations.mutate(bases.get(i % bases.size()));
            if (suffix.equals(".png") && i % 4 != 0) {
                Mutations.reseal(file);
            }
            try {
                RgbImage image = ImageReader.read(file, "mutation");
                assertThat(image.samples().length).isPositive();
            } catch (FileFormatException e) {
                refused++;
                assertThat(e.getMessage()).startsWith("mutation: found ").doesNotContain("\n", "\r");
            }
        }
        assertThat(refused).isBetween(count / 20, count - 10);
    }

    @Test
    void truncatedImagesAreRefused() {
        for (Path path : FormatFiles.all()) {
            if (path.endsWith("two_frames.gif") || path.toString().contains("plain.")) {
                continue; // the second frame is not read, and a number in text may be cut to a shorter one
            }
            byte[] file = FormatFiles.bytes(path);
            // The last bytes of some are padding, or point to no further page.
            for (int length = 0; length < file.length - 4; length++) {
                byte[] part = Arrays.copyOf(file, length);
                assertThatThrownBy(() -> ImageReader.read(part, "part"))
                        .as("%s cut to %d of %d bytes", path.getFileName(), part.length, file.length)
                        .isInstanceOf(FileFormatException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"100000, 100000", "13000, 13000", "2147483647, 1", "0, 5", "-1, 5"})
    void declaredSizesAreCheckedBeforeAllocation(int width, int height) {
        for (byte[] file : List.of(pngOf(width, height), bmpOf(width, height), tiffOf(width, height))) {
            refusedWithoutAllocation(file, "pixels");
        }
        if (width <= 0xFFFF) {
            refusedWithoutAllocation(jpegOf(width, height), "pixels");
        }
    }

    @Test
    void aPixelCapHoldsForLongFilesToo() {
        assertThatThrownBy(() -> SizeLimit.check(16385, 16385, 24, Long.MAX_VALUE))
                .hasMessageStartingWith("found 16385×16385 pixels, expected at most 178956970 in all");
        assertThatThrownBy(() -> SizeLimit.check(4_000_000_000L, 4_000_000_000L, 24, Long.MAX_VALUE))
                .isInstanceOf(ImageFault.class);
    }

    @Test
    void thePixelCapIsAProperty() throws ImageFault {
        System.setProperty("ideal4j.maxPixels", "300");
        try {
            SizeLimit.check(20, 15, 24, Long.MAX_VALUE);
            assertThatThrownBy(() -> ImageReader.read(pngOf(16, 19), "large"))
                    .hasMessageContaining("16×19 pixels, expected at most 300 in all (-Dideal4j.maxPixels=");
        } finally {
            System.clearProperty("ideal4j.maxPixels");
        }
    }

    @ParameterizedTest
    @CsvSource({"lossy.webp, 26", "lossless.webp, 21", "grey.gif, 787", "binary.ppm, 3", "plain.pgm, 3"})
    void declaredSizesOfOtherFormatsAreCheckedBeforeAllocation(String name, int at) {
        byte[] file = FormatFiles.bytes(name).clone();
        if (name.endsWith("m")) {
            String text = new String(file, StandardCharsets.ISO_8859_1);
            file = text.replaceFirst("19 13", "99999 99999").getBytes(StandardCharsets.ISO_8859_1);
        } else {
            Arrays.fill(file, at, at + 4, (byte) 0xFF);
        }
        refusedWithoutAllocation(file, "pixels");
    }

    @Test
    void aBombInMetadataIsNotOpened() throws IOException {
        byte[] palette = FormatFiles.bytes("palette4.png");
        ByteArrayOutputStream zeros = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(zeros)) {
            deflater.write(new byte[200_000_000]);
        }
        ByteBuffer bomb = ByteBuffer.allocate(palette.length + 12 + 6 + zeros.size());
        bomb.put(palette, 0, 33); // the signature and IHDR
        bomb.putInt(6 + zeros.size())
                .put("zTXt".getBytes())
                .put("bomb".getBytes())
                .putShort((short) 0);
        bomb.put(zeros.toByteArray()).putInt(0).put(palette, 33, palette.length - 33);

        long before = allocated();
        byte[] samples = ImageReader.read(bomb.array(), "bomb").samples();

        assertThat(allocated() - before).isLessThan(10_000_000);
        assertThat(samples).isEqualTo(ImageReader.read(palette, "palette").samples());
    }

    @Test
    void aDecoderThatReadsOnBehindTheEndIsStopped() throws IOException {
        try (BoundedInput input = new BoundedInput(new byte[] {7})) {
            assertThat(input.read()).isEqualTo(7);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 2000; i++) {
                            assertThat(input.read()).isEqualTo(-1);
                        }
                    })
                    .isInstanceOf(ImageFault.class)
                    .hasMessageContaining("the end of the file after 1 bytes");
        }
    }

    @Test
    void endlesslyRepeatedScansAreRefused() {
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0};
        byte[] head = jpegOf(60_000, 2_900);
        ByteBuffer file = ByteBuffer.allocate(head.length + 100 * scan.length + 400_000);
        file.put(head);
        for (int i = 0; i < 100; i++) {
            file.put(scan);
        }
        assertThatThrownBy(() -> ImageReader.read(file.array(), "scans"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("scans of 60000×2900 pixels");
    }

    private static void refusedWithoutAllocation(byte[] file, String what) {
        long before = allocated();
        assertThatThrownBy(() -> ImageReader.read(file, "large"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(what);
        assertThat(allocated() - before).isLessThan(20_000_000);
    }

    private static long allocated() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class)
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static byte[] pngOf(int width, int height) {
        byte[] file = FormatFiles.bytes("rgb8.png").clone();
        ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
        return Mutations.reseal(file);
    }

    private static byte[] bmpOf(int width, int height) {
        byte[] file = FormatFiles.bytes("rgb24.bmp").clone();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
        return file;
    }

    private static byte[] jpegOf(int width, int height) {
        byte[] file = new byte[64];
        ByteBuffer.wrap(file)
                .putInt(0xFFD8FFC0)
                .put(new byte[] {0, 11, 8})
                .putShort((short) height)
                .putShort((short) width)
                .put(new byte[] {1, 1, 0x11, 0});
        return Arrays.copyOf(file, 15);
    }

    /** A directory of eight entries, which declare one uncompressed strip. */
    private static byte[] tiffOf(int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) 8);
        int[][] entries = {
            {256, width}, {257, height}, {258, 8}, {259, 1}, {262, 1}, {273, 120}, {278, height}, {279, 20}
        };
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return file.array();
    }
}
