package dev.ideal4j.core.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Describes the format of a file by its first bytes, for messages about files of unsupported formats. */
public final class FileKind {
    /** Number of bytes to examine. The mark of tar is at byte 257. */
    public static final int PREFIX = 264;

    private static final int TAR_MARK = 257;
    private static final int DICOM_MARK = 128;

    /** The four letters after "ftyp" in files with the structure of MP4. */
    private static final Map<String, String> BRANDS = Map.of(
            "heic", "a HEIC image",
            "heix", "a HEIC image",
            "mif1", "a HEIF image",
            "msf1", "a HEIF image",
            "avif", "an AVIF image",
            "avis", "an AVIF image");

    /** Advice for files of some formats, each with a part of the format's description. */
    private static final List<List<String>> ADVICE = List.of(
            List.of("DICOM", "export it as PNG or 16-bit TIFF, for example with dcmj2pnm"),
            List.of("Git LFS", "run git lfs pull"),
            List.of("empty", "copy it again"),
            List.of("PDF", "save its images as PNG, for example with pdfimages -png"),
            List.of("video", "save its frames as PNG, for example with ffmpeg"),
            List.of("web page", "download the image itself"),
            List.of("archive", "unpack it"),
            List.of("gzip", "unpack it"),
            List.of("AppleDouble", "leave it out"),
            List.of("NumPy", "save it as TIFF"),
            List.of("SVG", "save it as PNG"),
            List.of("Photoshop", "save it as PNG"),
            List.of("image", "convert it to PNG, for example with ImageMagick"));

    private FileKind() {}

    /**
     * Returns advice for a file of an unsupported format.
     *
     * @param kind a description from {@link #describe(byte[], long)}
     * @return an instruction like {@code convert it to PNG}; null if there is none
     */
    public static String advice(String kind) {
        return ADVICE.stream()
                .filter(advice -> kind.contains(advice.get(0)))
                .map(advice -> advice.get(1))
                .findFirst()
                .orElse(null);
    }

    /**
     * Describes the format of a file, with an article: {@code a WebP image}, {@code a Git LFS pointer in place of the
     * file}.
     *
     * @param start the first {@link #PREFIX} bytes, or the whole file if it is shorter; not modified
     * @param size size of the whole file in bytes
     */
    public static String describe(byte[] start, long size) {
        if (size == 0) {
            return "an empty file";
        }
        String text = new String(start, 0, Math.min(start.length, PREFIX), StandardCharsets.ISO_8859_1);
        String image = image(text);
        if (image != null) {
            return image;
        }
        String other = other(text);
        if (other != null) {
            return other;
        }
        StringBuilder bytes = new StringBuilder("a file of " + size + " bytes that begins with");
        for (int i = 0; i < Math.min(4, start.length); i++) {
            bytes.append(String.format(" %02x", start[i]));
        }
        return bytes.toString();
    }

    private static String image(String text) {
        if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            return "a WebP image";
        } else if (text.startsWith("GIF8")) {
            return "a GIF image";
        } else if (text.startsWith("ftyp", 4)) {
            String brand = text.length() < 12 ? "" : text.substring(8, 12);
            return BRANDS.getOrDefault(brand, "an MP4 or MOV video");
        } else if (text.startsWith("\0\0\0\fjP  ") || text.startsWith("\u00ff\u004f\u00ff\u0051")) {
            return "a JPEG 2000 image";
        } else if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\fJXL ")) {
            return "a JPEG XL image";
        } else if (text.startsWith("II+\0") || text.startsWith("MM\0+")) {
            return "a BigTIFF image";
        } else if (text.startsWith("DICM", DICOM_MARK)) {
            return "a DICOM file";
        } else if (text.startsWith("8BPS")) {
            return "a Photoshop document";
        } else if (text.startsWith("v/1\u0001")) {
            return "an OpenEXR image";
        } else if (text.matches("(?s)P[1-7]\\s.*")) {
            return "a PBM, PGM or PPM image";
        }
        return null;
    }

    private static String other(String text) {
        String trimmed = text.stripLeading();
        if (text.startsWith("version https://git-lfs")) {
            return "a Git LFS pointer in place of the file";
        } else if (text.startsWith("%PDF")) {
            return "a PDF document";
        } else if (text.startsWith("PK\u0003\u0004")) {
            return "a zip archive";
        } else if (text.startsWith("ustar", TAR_MARK)) {
            return "a tar archive";
        } else if (text.startsWith("\u001f\u008b")) {
            return "a gzip file";
        } else if (text.startsWith("\u0093NUMPY")) {
            return "a NumPy array";
        } else if (text.startsWith("\0\u0005\u0016\u0007")) {
            return "the AppleDouble file that macOS keeps beside another";
        } else if (trimmed.startsWith("<svg") || trimmed.startsWith("<?xml")) {
            return "an SVG or XML file";
        } else if (trimmed.startsWith("<")) {
            return "a web page";
        } else if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
            return "a JSON file";
        } else if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t')) {
            return "a text file";
        }
        return null;
    }

    /** Like {@link #describe(byte[], long)}, for the bytes of a buffer from 0 on. */
    public static String describe(ByteBuffer start, long size) {
        byte[] bytes = new byte[(int) Math.min(start.capacity(), size)];
        start.get(0, bytes);
        return describe(bytes, size);
    }
}
