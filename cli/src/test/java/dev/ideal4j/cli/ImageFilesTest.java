package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading of references: the orientation of photographs, and the pairing of masks and images. */
class ImageFilesTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();
    private final ImageFiles files = new ImageFiles(new PrintWriter(err, true));

    private List<Path> paths(String... names) {
        return Stream.of(names).map(folder::resolve).toList();
    }

    @Test
    void masksArePairedByName() {
        List<Path> images = paths("a.png", "b.jpg", "c.png");
        assertThat(files.paired(images, paths("b.png", "c_mask.png", "a_mask.png")))
                .isEqualTo(paths("a_mask.png", "b.png", "c_mask.png"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void masksOfOtherNamesAreTakenInOrderWithANote() {
        List<Path> masks = paths("1.png", "2.png");
        assertThat(files.paired(paths("a.png", "b.png"), masks)).isEqualTo(masks);
        assertThat(err.toString())
                .startsWith("note: masks are paired with images in the given order")
                .contains("a.png has 1.png");
    }

    @Test
    void oneMaskOfAnotherNameNeedsNoNote() {
        assertThat(files.paired(paths("bad.png"), paths("marks.png"))).isEqualTo(paths("marks.png"));
        assertThat(err.toString()).isEmpty();
    }

    /** A photograph of 40×24 pixels, taken with the camera turned. */
    private Path photograph() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 24, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
        byte[] plain = out.toByteArray();
        ByteBuffer exif = ByteBuffer.allocate(36);
        exif.putShort((short) 0xFFE1).putShort((short) 34).put("Exif\0\0".getBytes());
        exif.put("MM\0*".getBytes()).putInt(8).putShort((short) 1);
        exif.putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 6)
                .putShort((short) 0);
        ByteBuffer whole = ByteBuffer.allocate(plain.length + 36);
        whole.put(plain, 0, 2).put(exif.array()).put(plain, 2, plain.length - 2);
        return Files.write(folder.resolve("photo.jpg"), whole.array());
    }

    private Path mask(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(1, 2, 0, 255);
        Path file = folder.resolve("mask.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void photographsAreTurnedUpright() throws IOException {
        Path photo = photograph();
        RgbImage image = files.image(photo);
        assertThat(image.width()).isEqualTo(24);
        Mask mask = files.mask(mask(24, 40), photo, image);
        assertThat(mask.pixels()[2 * 24 + 1]).isTrue();
    }

    @Test
    void aMaskOfTheStoredOrientationIsRefusedByName() throws IOException {
        Path photo = photograph();
        RgbImage image = files.image(photo);
        Path lying = mask(40, 24);
        assertThatThrownBy(() -> files.mask(lying, photo, image))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("mask.png", "40×24", "24×40", "EXIF");
    }
}
