package dev.ideal4j.core.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads TIFF. This class checks the directory of a page (its sizes, and that every strip or tile is inside the file),
 * and TwelveMonkeys decodes the page.
 */
final class TiffFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int COMPRESSION = 259;
    private static final int STRIP_OFFSETS = 273;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_LENGTHS = 279;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_LENGTHS = 325;
    private static final int SAMPLE_FORMAT = 339;
    private static final int ICC = 34675;

    private static final int UNSIGNED = 1;
    private static final int FLOATING = 3;

    /** Maximum number of pages that are counted, because the directories may form a loop. */
    private static final int MOST_PAGES = 1000;

    private static final int JPEG = 7;

    private static final TIFFImageReaderSpi READERS = new TIFFImageReaderSpi();

    private final ByteBuffer file;
    private final int pages;
    private final Map<Integer, Integer> entries = new HashMap<>();

    private TiffFile(byte[] bytes, int page) throws ImageFault {
        file = ByteBuffer.wrap(bytes).order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        List<Integer> directories = directories();
        pages = directories.size();
        if (page > pages) {
            throw new ImageFault(
                    pages == 0 ? "no page in the " + bytes.length + " bytes" : "a TIFF of " + pages + " pages",
                    "page " + page);
        }
        int directory = directories.get(page - 1);
        int begin = directory + 2;
        int count = file.getShort(directory) & 0xFFFF;
        if (count > (bytes.length - begin) / 12) {
            throw new ImageFault("a directory of " + count + " entries", "no more than the file holds");
        }
        for (int i = 0; i < count; i++) {
            entries.put(file.getShort(begin + 12 * i) & 0xFFFF, begin + 12 * i);
        }
    }

    static boolean matches(byte[] file) {
        return file.length >= 4
                && (file[0] == 'I' && file[1] == 'I' && file[2] == 42 && file[3] == 0
                        || file[0] == 'M' && file[1] == 'M' && file[2] == 0 && file[3] == 42);
    }

    /**
     * Decodes a page.
     *
     * @param page number of the page from 1, or 0 for the first page if the caller did not choose a page
     * @param inBands whether samples may be decoded lazily in bands
     */
    static Decoded decode(byte[] bytes, int page, boolean inBands) throws IOException {
        TiffFile tiff = new TiffFile(bytes, Math.max(1, page));
        tiff.check();
        boolean floating = tiff.value(SAMPLE_FORMAT, UNSIGNED) == FLOATING;
        int index = Math.max(0, page - 1);
        Pixels pixels = floating
                ? RasterPixels.readRaw(READERS.createReaderInstance(null), bytes, index)
                : BandPixels.of(
                        (int) tiff.value(WIDTH, 0),
                        (int) tiff.value(HEIGHT, 0),
                        inBands,
                        true,
                        part -> RasterPixels.read(READERS.createReaderInstance(null), bytes, index, part));
        return new Decoded(
                pixels,
                Orientation.valid(tiff.value(Orientation.TAG, Orientation.UPRIGHT)),
                page == 0 ? tiff.pages : 1,
                tiff.value(COMPRESSION, 1) == JPEG,
                tiff.profile());
    }

    private @Nullable String profile() {
        Integer entry = entries.get(ICC);
        if (entry == null || count(ICC) <= 4) {
            return null;
        }
        long at = Integer.toUnsignedLong(file.getInt(entry + 8));
        boolean inside = at + count(ICC) <= file.capacity();
        return inside ? ColourProfile.name(file.array(), (int) at, (int) count(ICC)) : ColourProfile.DAMAGED;
    }

    /** Returns the positions of the directories of the pages. */
    private List<Integer> directories() {
        List<Integer> directories = new ArrayList<>();
        long directory = file.capacity() < 8 ? 0 : Integer.toUnsignedLong(file.getInt(4));
        while (directory >= 8 && directory <= file.capacity() - 2 && directories.size() < MOST_PAGES) {
            directories.add((int) directory);
            long next = directory + 2 + 12L * (file.getShort((int) directory) & 0xFFFF);
            directory = next > file.capacity() - 4 ? 0 : Integer.toUnsignedLong(file.getInt((int) next));
        }
        return directories;
    }

    private void check() throws ImageFault {
        long width = value(WIDTH, 0);
        long height = value(HEIGHT, 0);
        long bits = value(BITS_PER_SAMPLE, 1);
        long samples = value(SAMPLES_PER_PIXEL, 1);
        long format = value(SAMPLE_FORMAT, UNSIGNED);
        if (format < UNSIGNED || format > FLOATING) {
            throw new ImageFault("TIFF samples of format " + format, "unsigned, signed or floating-point samples");
        }
        if (bits < 1 || bits > 32 || samples < 1 || samples > 16) {
            throw new ImageFault(samples + " samples of " + bits + " bits a pixel", "up to 16 samples of 1 to 32 bits");
        }
        int compression = (int) value(COMPRESSION, 1);
        SizeLimit.check(width, height, bits * samples, file.capacity() * ratio(compression));
        boolean tiled = entries.containsKey(TILE_OFFSETS);
        long tileWidth = value(TILE_WIDTH, width);
        long tileHeight = value(TILE_HEIGHT, tiled ? height : Math.min(height, value(ROWS_PER_STRIP, height)));
        SizeLimit.check(tileWidth, tileHeight, bits * samples, Long.MAX_VALUE);
        long planes = value(PLANAR, 1) == 2 ? samples : 1;
        long parts = planes * ((width + tileWidth - 1) / tileWidth) * ((height + tileHeight - 1) / tileHeight);
        checkParts(parts, tiled, compression == JPEG, tileWidth, tileHeight);
    }

    /** Checks that every strip or tile is inside the file and that a JPEG is not larger than declared. */
    private void checkParts(long parts, boolean tiled, boolean jpeg, long tileWidth, long tileHeight)
            throws ImageFault {
        int offsets = tiled ? TILE_OFFSETS : STRIP_OFFSETS;
        int lengths = tiled ? TILE_LENGTHS : STRIP_LENGTHS;
        if (count(offsets) < parts || count(lengths) < parts) {
            throw new ImageFault(
                    Math.min(count(offsets), count(lengths)) + " strips or tiles in the TIFF", parts + " of them");
        }
        for (int i = 0; i < parts; i++) {
            long offset = value(offsets, i, 0);
            long length = value(lengths, i, 0);
            if (length > file.capacity() - offset) {
                throw new ImageFault(
                        "samples at bytes " + offset + " to " + (offset + length),
                        "within the " + file.capacity() + " bytes of the TIFF");
            }
            if (jpeg) {
                JpegFile.checkEmbedded(file.array(), (int) offset, (int) length, tileWidth, tileHeight);
            }
        }
    }

    /** Returns the maximum number of decoded bytes per byte. */
    private static long ratio(int compression) throws ImageFault {
        return switch (compression) {
            case 1 -> 1; // none
            case 2, 3, 4 -> Integer.MAX_VALUE; // CCITT: a white page takes a bit per row
            case 5 -> 4096; // LZW: one code stands for at most a table's length
            case JPEG -> 512;
            case 8, 32946 -> SizeLimit.DEFLATE_RATIO;
            case 32773 -> 64; // PackBits: 128 bytes from two
            default ->
                throw new ImageFault("TIFF compression " + compression, "none, CCITT, LZW, JPEG, Deflate or PackBits");
        };
    }

    private long value(int tag, long otherwise) throws ImageFault {
        return value(tag, 0, otherwise);
    }

    /** Returns a value of an entry of type BYTE, SHORT or LONG. */
    private long value(int tag, int index, long otherwise) throws ImageFault {
        Integer entry = entries.get(tag);
        if (entry == null || index >= count(tag)) {
            return otherwise;
        }
        int width =
                switch (file.getShort(entry + 2)) {
                    case 1 -> 1;
                    case 3 -> 2;
                    case 4 -> 4;
                    default ->
                        throw new ImageFault(
                                "TIFF tag " + tag + " of type " + file.getShort(entry + 2), "BYTE, SHORT or LONG");
                };
        long begin = count(tag) * width <= 4 ? entry + 8 : Integer.toUnsignedLong(file.getInt(entry + 8));
        long at = begin + (long) index * width;
        if (at > file.capacity() - width) {
            throw new ImageFault("TIFF tag " + tag + " at byte " + at, "within the " + file.capacity() + " bytes");
        }
        return switch (width) {
            case 1 -> file.get((int) at) & 0xFF;
            case 2 -> file.getShort((int) at) & 0xFFFF;
            default -> Integer.toUnsignedLong(file.getInt((int) at));
        };
    }

    private long count(int tag) {
        Integer entry = entries.get(tag);
        return entry == null ? 0 : Integer.toUnsignedLong(file.getInt(entry + 4));
    }
}
