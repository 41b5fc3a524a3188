package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of images in memory in docs/images.md: it is the code below, and the code below runs. */
class MemoryExampleTest {
    private static final String SOURCE = "src/test/java/dev/ideal4j/core/image/MemoryExampleTest.java";

    /** The methods of OpenCV's Mat that the example calls. */
    private interface Mat {
        int rows();

        int cols();

        int get(int row, int column, byte[] data);
    }

    /** The method of a camera library such as webcam-capture that the example calls. */
    private interface Webcam {
        BufferedImage getImage();
    }

    private static List<RgbImage> example(Mat mat, Webcam webcam, ByteBuffer grabbed, byte[] jpeg) {
        // example:start
        // OpenCV, a continuous Mat of type CV_8UC3
        byte[] bgr = new byte[3 * mat.cols() * mat.rows()];
        mat.get(0, 0, bgr);
        RgbImage fromMat = RgbImage.ofBgr(bgr, mat.cols(), mat.rows(), 3 * mat.cols());

        // A webcam that gives a BufferedImage
        RgbImage fromWebcam = RgbImage.of(webcam.getImage());

        // An industrial camera: 640×480 samples of 12 bits in 16, 1280 bytes a row
        ShortBuffer samples = grabbed.asShortBuffer();
        RgbImage fromCamera = RgbImage.ofGray16(samples, 640, 480, 640, new Levels(0, 4095));

        // A JPEG that came over the network
        RgbImage fromJpeg = ImageReader.read(jpeg, "camera 3", ReadOptions.UPRIGHT);
        // example:end
        return List.of(fromMat, fromWebcam, fromCamera, fromJpeg);
    }

    @Test
    void runs() {
        Mat mat = new Mat() {
            @Override
            public int rows() {
                return 2;
            }

            @Override
            public int cols() {
                return 1;
            }

            @Override
            public int get(int row, int column, byte[] data) {
                for (int i = 0; i < 6; i++) {
                    data[i] = (byte) i;
                }
                return 6;
            }
        };
        List<RgbImage> images = example(
                mat,
                () -> new BufferedImage(3, 2, BufferedImage.TYPE_3BYTE_BGR),
                ByteBuffer.allocate(640 * 480 * 2),
                FormatFiles.bytes("baseline420.jpg"));
        assertThat(images.get(0).samples()).containsExactly(2, 1, 0, 5, 4, 3);
        assertThat(images).extracting(RgbImage::width).containsExactly(1, 3, 640, 13);
    }

    @Test
    void isWhatTheDocumentShows() throws IOException {
        String source = Files.readString(Path.of(SOURCE));
        String start = "// example:start\n";
        int from = source.indexOf(start) + start.length();
        String region = source.substring(from, source.indexOf("        // example:end"))
                .stripTrailing()
                .stripIndent();
        assertThat(Files.readString(Path.of("../docs/images.md"))).contains("```java\n" + region + "\n```");
    }
}
