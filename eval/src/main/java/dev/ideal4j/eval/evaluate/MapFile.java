package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.metrics.ScoredMaps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file with the anomaly maps of a product and their masks. Each map has a fixed position, so writing it a second time
 * changes nothing. The format is little-endian: width and height as 32-bit integers, then for each image the values of the
 * map as 32-bit floats, row by row, and the pixels of its mask, eight in a byte.
 */
final class MapFile implements AutoCloseable {
    private static final int HEADER = 8;

    private final Path file;
    private final FileChannel channel;
    private int width;
    private int height;

    private MapFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static MapFile open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            MapFile maps = new MapFile(file, channel);
            if (channel.size() >= HEADER) {
                ByteBuffer header = maps.read(0, HEADER);
                maps.width = header.getInt();
                maps.height = header.getInt();
                if (maps.width < 1 || maps.height < 1 || (long) maps.width * maps.height > 1 << 28) {
                    throw new FileFormatException(
                            file, "maps of " + maps.width + "×" + maps.height, "the maps of a run of ideal evaluate");
                }
            }
            return maps;
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    private int bytes() {
        return 4 * width * height + (width * height + 7) / 8;
    }

    /** Whether the file is long enough to hold an image's map. */
    boolean reaches(int index) {
        try {
            return width > 0 && channel.size() >= HEADER + (index + 1L) * bytes();
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    /** Writes a map and its mask. All maps and masks of a file have the same size. */
    void write(int index, ScoreMap map, Mask truth) {
        if (width == 0) {
            width = map.width();
            height = map.height();
            ByteBuffer header = buffer(HEADER).putInt(width).putInt(height);
            write(0, header.flip());
        }
        if (map.width() != width || map.height() != height) {
            throw new InvalidInputException(
                    "anomaly map", map.width() + "×" + map.height(), width + "×" + height + " as those before it");
        }
        ByteBuffer record = buffer(bytes());
        record.asFloatBuffer().put(map.values());
        for (int i = 0; i < width * height; i++) {
            if (truth.pixels()[i]) {
                int at = 4 * width * height + i / 8;
                record.put(at, (byte) (record.get(at) | 1 << i % 8));
            }
        }
        write(HEADER + (long) index * bytes(), record);
    }

    private void write(long position, ByteBuffer bytes) {
        try {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    /** Forces the written maps to the disk. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    ScoreMap map(int index) {
        float[] values = new float[width * height];
        read(HEADER + (long) index * bytes(), 4 * values.length).asFloatBuffer().get(values);
        return new ScoreMap(width, height, values);
    }

    Mask truth(int index) {
        boolean[] pixels = new boolean[width * height];
        ByteBuffer bits = read(HEADER + (long) index * bytes() + 4L * pixels.length, (pixels.length + 7) / 8);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bits.get(i / 8) >> i % 8 & 1) == 1;
        }
        return new Mask(width, height, pixels);
    }

    private ByteBuffer read(long position, int length) {
        ByteBuffer bytes = buffer(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position + bytes.position()) < 0) {
                    throw new FileFormatException(file, "an end at " + (position + bytes.position()), "more maps");
                }
            }
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
        return bytes.flip();
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The maps of some images. A map is read each time it is requested. */
    ScoredMaps maps(List<Integer> indices) {
        return new ScoredMaps() {
            @Override
            public int size() {
                return indices.size();
            }

            @Override
            public ScoreMap map(int index) {
                return MapFile.this.map(indices.get(index));
            }

            @Override
            public Mask truth(int index) {
                return MapFile.this.truth(indices.get(index));
            }
        };
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    /** Closes and deletes the file. */
    void delete() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }
}
