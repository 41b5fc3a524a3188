package dev.ideal4j.core.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.imageio.ImageReadParam;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads JPEG (baseline and progressive; grey, YCbCr, RGB, CMYK, YCCK). This class copies the segments that the samples
 * need, and the JDK decodes the copy to raw components. Damaged metadata therefore causes no errors, and no colour
 * profile is applied. Only the orientation and the name of the colour profile are read from the metadata.
 */
final class JpegFile {
    private static final int RST0 = 0xD0;
    private static final int RST7 = 0xD7;
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int DQT = 0xDB;
    private static final int DHT = 0xC4;
    private static final int DRI = 0xDD;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    private static final String EXIF = "Exif\0\0";
    private static final String ICC = "ICC_PROFILE\0";

    /** Maximum number of pixels per byte. Each 8×8 block takes at least one bit. */
    private static final long PIXELS_PER_BYTE = 8 * 64;

    /** Limits the work for a progressive image with many scans to 64 scans of the largest image. */
    private static final long MAX_SCANNED_PIXELS = 64 * SizeLimit.MAX_PIXELS;

    private final byte[] file;
    private final int end;
    private final ByteArrayOutputStream essentials;
    private final ByteArrayOutputStream profile = new ByteArrayOutputStream();
    private int position;
    private int width;
    private int height;
    private int @Nullable [] componentIds;
    private boolean jfif;
    private boolean progressive;
    private int adobeTransform = -1;
    private int orientation = Orientation.UPRIGHT;
    private int scans;

    private JpegFile(byte[] file, int offset, int length) throws ImageFault {
        this.file = file;
        this.end = offset + length;
        this.position = offset + 2;
        this.essentials = new ByteArrayOutputStream(length);
        essentials.write(0xFF);
        essentials.write(SOI);
        walk();
        if (scans == 0) {
            throw new ImageFault("no scan", "a JPEG image with samples");
        }
    }

    static boolean matches(byte[] file) {
        return file.length >= 3 && (file[0] & 0xFF) == 0xFF && (file[1] & 0xFF) == SOI && (file[2] & 0xFF) == 0xFF;
    }

    static Decoded decode(byte[] file, boolean inBands) throws IOException {
        JpegFile jpeg = new JpegFile(file, 0, file.length);
        byte[] samples = jpeg.essentials.toByteArray();
        JpegPixels.Coding coding = jpeg.coding();
        Pixels pixels = BandPixels.of(
                jpeg.width, jpeg.height, inBands && !jpeg.progressive, false, part -> decode(samples, coding, part));
        return new Decoded(pixels, jpeg.orientation, 1, true, jpeg.profile());
    }

    private static Pixels decode(byte[] samples, JpegPixels.Coding coding, @Nullable Rectangle part)
            throws IOException {
        javax.imageio.ImageReader reader = JdkReaders.JPEG.create();
        try (ImageInputStream stream = new ByteArrayImageInputStream(samples)) {
            reader.setInput(stream, true, true);
            ImageReadParam wanted = reader.getDefaultReadParam();
            wanted.setSourceRegion(part);
            Raster raster = reader.readRaster(0, wanted);
            return new JpegPixels(raster, coding);
        } finally {
            reader.dispose();
        }
    }

    /**
     * Checks an image that is embedded in another file.
     *
     * @throws ImageFault if the image is truncated, has an unsupported format, or is larger than the given size
     */
    static void checkEmbedded(byte[] file, int offset, int length, long mostWidth, long mostHeight) throws ImageFault {
        JpegFile jpeg = new JpegFile(file, offset, length);
        if (jpeg.width > mostWidth || jpeg.height > mostHeight) {
            throw new ImageFault(
                    "an embedded JPEG of " + jpeg.width + "×" + jpeg.height + " pixels",
                    "at most " + mostWidth + "×" + mostHeight);
        }
    }

    private void walk() throws ImageFault {
        for (int marker = marker(); marker != EOI; marker = marker()) {
            boolean standalone = marker <= 0x01 || marker >= RST0 && marker <= RST7;
            if (standalone) {
                continue;
            }
            int begin = position - 2;
            int length = position + 2 <= end ? unsignedShort(position) : end;
            if (length < 2 || length > end - position) {
                throw truncated();
            }
            int content = position + 2;
            position += length;
            if (marker == SOS) {
                startScan();
                essentials.write(file, begin, position - begin);
            } else if (isFrame(marker)) {
                frame(marker, content, length - 2);
                essentials.write(file, begin, position - begin);
            } else if (marker == DQT || marker == DHT || marker == DRI) {
                essentials.write(file, begin, position - begin);
            } else if (marker == APP0) {
                jfif |= startsWith(content, length - 2, "JFIF\0");
            } else if (marker == APP1 && startsWith(content, length - 2, EXIF)) {
                orientation =
                        Orientation.of(ByteBuffer.wrap(file, content + EXIF.length(), length - 2 - EXIF.length()));
            } else if (marker == APP2 && startsWith(content, length - 2, ICC)) {
                // Two bytes contain the number of the part and the count of parts.
                int header = ICC.length() + 2;
                profile.write(file, Math.min(content + header, position), Math.max(0, length - 2 - header));
            } else if (marker == APP14 && length >= 14 && startsWith(content, length - 2, "Adobe")) {
                adobeTransform = file[content + 11] & 0xFF;
            }
        }
        essentials.write(0xFF);
        essentials.write(EOI);
    }

    /** Moves behind the next marker. Bytes before the marker are skipped, like in every decoder. */
    private int marker() throws ImageFault {
        while (position < end && (file[position] & 0xFF) != 0xFF) {
            position++;
        }
        while (position < end && (file[position] & 0xFF) == 0xFF) {
            position++;
        }
        if (position >= end) {
            throw truncated();
        }
        return file[position++] & 0xFF;
    }

    /** Whether a marker is a start of frame: C0 to CF, except for the tables C4 and CC and the extension C8. */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != DHT && marker != 0xC8 && marker != 0xCC;
    }

    private void frame(int marker, int at, int length) throws ImageFault {
        if (marker > 0xC2) {
            throw new ImageFault(
                    "a JPEG of process SOF" + (marker - 0xC0), "baseline or progressive with Huffman coding");
        }
        if (componentIds != null) {
            throw new ImageFault("a second frame in the JPEG", "one");
        }
        int components = length < 6 ? 0 : file[at + 5];
        if (components != 1 && components != 3 && components != 4 || length < 6 + 3 * components) {
            throw new ImageFault(components + " components in the JPEG", "1, 3 or 4");
        }
        if (file[at] != 8) {
            throw new ImageFault(file[at] + "-bit samples in the JPEG", "8 bits");
        }
        progressive = marker == 0xC2;
        height = unsignedShort(at + 1);
        width = unsignedShort(at + 3);
        int[] ids = new int[components];
        for (int c = 0; c < components; c++) {
            ids[c] = file[at + 6 + 3 * c] & 0xFF;
        }
        componentIds = ids;
        SizeLimit.check(width, height, 8L * components, PIXELS_PER_BYTE * components * (end - position));
    }

    /** Moves behind the entropy-coded data that follows the header of a scan. */
    private void startScan() throws ImageFault {
        if (componentIds == null) {
            throw new ImageFault("a scan before the frame of the JPEG", "a frame first");
        }
        scans++;
        if ((long) scans * width * height > MAX_SCANNED_PIXELS) {
            throw new ImageFault(scans + " scans of " + width + "×" + height + " pixels", "fewer scans");
        }
        while (true) {
            while (position < end && (file[position] & 0xFF) != 0xFF) {
                position++;
            }
            if (position + 1 >= end) {
                throw truncated();
            }
            int next = file[position + 1] & 0xFF;
            boolean partOfScan = next == 0 || next >= RST0 && next <= RST7;
            if (!partOfScan && next != 0xFF) {
                return;
            }
            position += partOfScan ? 2 : 1;
        }
    }

    /** Determines the colour space by the rules of libjpeg. */
    private JpegPixels.Coding coding() {
        int[] ids = Objects.requireNonNull(componentIds, "a frame");
        if (ids.length == 1) {
            return JpegPixels.Coding.GREY;
        } else if (ids.length == 4) {
            return adobeTransform == 2 ? JpegPixels.Coding.YCCK : JpegPixels.Coding.CMYK;
        } else if (jfif) {
            return JpegPixels.Coding.YCBCR;
        }
        boolean namedRgb = ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
        boolean rgb = adobeTransform == 0 || adobeTransform == -1 && namedRgb;
        return rgb ? JpegPixels.Coding.RGB : JpegPixels.Coding.YCBCR;
    }

    private @Nullable String profile() {
        return profile.size() == 0 ? null : ColourProfile.name(profile.toByteArray(), 0, profile.size());
    }

    private boolean startsWith(int at, int length, String letters) {
        for (int i = 0; i < letters.length(); i++) {
            if (i >= length || file[at + i] != letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int unsignedShort(int at) {
        return (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
    }

    private ImageFault truncated() {
        return new ImageFault("the end of the JPEG after " + end + " bytes", "its end-of-image marker");
    }
}
