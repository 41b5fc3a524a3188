package dev.ideal4j.core.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads WebP. This class checks the chunks and every size that they declare, and TwelveMonkeys decodes the samples. */
final class WebpFile {
    private static final WebPImageReaderSpi READERS = new WebPImageReaderSpi();
    private static final int HEADER = 12;

    private WebpFile() {}

    static boolean matches(byte[] file) {
        return file.length >= HEADER
                && text(file, 0).equals("RIFF")
                && text(file, 8).equals("WEBP");
    }

    private static String text(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }

    static Decoded decode(byte[] file) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int orientation = Orientation.UPRIGHT;
        String profile = null;
        boolean lossy = false;
        boolean image = false;
        for (int at = HEADER; at < file.length; ) {
            long length = at > file.length - 8 ? Long.MAX_VALUE : Integer.toUnsignedLong(data.getInt(at + 4));
            if (length > file.length - at - 8) {
                throw new ImageFault("the end of the file at byte " + file.length, "all chunks of the WebP");
            }
            int begin = at + 8;
            switch (text(file, at)) {
                case "VP8X" -> {
                    require(length >= 10);
                    check(1L + (data.getInt(begin + 4) & 0xFFFFFF), 1L + (data.getInt(begin + 6) >>> 8));
                }
                case "VP8 " -> {
                    require(length >= 10);
                    check(data.getShort(begin + 6) & 0x3FFF, data.getShort(begin + 8) & 0x3FFF);
                    lossy = true;
                    image = true;
                }
                case "VP8L" -> {
                    require(length >= 5);
                    int sides = data.getInt(begin + 1);
                    check(1L + (sides & 0x3FFF), 1L + (sides >>> 14 & 0x3FFF));
                    image = true;
                }
                case "ANIM", "ANMF" -> throw new ImageFault("an animated WebP", "a WebP of one image");
                case "EXIF" -> orientation = Orientation.of(ByteBuffer.wrap(file, begin, (int) length));
                case "ICCP" -> profile = ColourProfile.name(file, begin, (int) length);
                default -> {} // alpha, and metadata
            }
            at = (int) Math.min(file.length, begin + length + length % 2);
        }
        require(image);
        Pixels pixels = RasterPixels.read(READERS.createReaderInstance(null), file, 0, null);
        return new Decoded(pixels, orientation, 1, lossy, profile);
    }

    private static void require(boolean complete) throws ImageFault {
        if (!complete) {
            throw new ImageFault("a WebP without a complete image", "a chunk VP8 or VP8L");
        }
    }

    private static void check(long width, long height) throws ImageFault {
        SizeLimit.check(width, height, 32, Long.MAX_VALUE); // one byte may encode any number of equal pixels
    }
}
