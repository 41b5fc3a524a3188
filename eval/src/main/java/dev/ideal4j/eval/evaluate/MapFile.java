package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file with the anomaly maps of a product and their masks. The maps may differ in size. A map that is written a second time
 * takes the place of the first. The format is little-endian. For each map it has the index of its image, width and height as
 * 32-bit integers, the values as 32-bit floats, row by row, and the pixels of its mask, eight in a byte.
 */
final class MapFile implements AutoCloseable {
    private static final int HEADER = 12;

    private final Path file;
    private final FileChannel channel;

    /** The records, by index of their image. */
    private final Map<Integer, Place> places = new HashMap<>();

    /** Where the next record begins. */
    private long end;

    /** Where a record's values begin, and its size. */
    private record Place(long values, int width, int height) {
        int pixels() {
            return width * height;
        }

        long end() {
            return values + 4L * pixels() + bits();
        }

        int bits() {
            return (pixels() + 7) / 8;
        }
    }

    private MapFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a file or makes it. A record that was cut off by a kill is written over. */
    static MapFile open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            MapFile maps = new MapFile(file, channel);
            while (maps.end + HEADER <= channel.size()) {
                ByteBuffer header = maps.read(maps.end, HEADER);
                int index = header.getInt();
                Place place = new Place(maps.end + HEADER, header.getInt(), header.getInt());
                if (index < 0 || place.width < 1 || place.height < 1 || (long) place.width * place.height > 1 << 28) {
                    throw new FileFormatException(
                            file,
                            "a map of " + place.width + "×" + place.height,
                            "the maps of a run of ideal evaluate");
                }
                if (place.end() > channel.size()) {
                    break;
                }
                maps.places.put(index, place);
                maps.end = place.end();
            }
            return maps;
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /** Whether there is a map of an image. */
    boolean has(int index) {
        return places.containsKey(index);
    }

    int width(int index) {
        return places.get(index).width;
    }

    int height(int index) {
        return places.get(index).height;
    }

    /** Writes a map and its mask, which have the same size. */
    void write(int index, ScoreMap map, Mask truth) {
        Place place = new Place(end + HEADER, map.width(), map.height());
        ByteBuffer record = buffer((int) (place.end() - end));
        record.putInt(index).putInt(place.width).putInt(place.height);
        record.slice().order(record.order()).asFloatBuffer().put(map.values());
        int mask = HEADER + 4 * place.pixels();
        for (int i = 0; i < place.pixels(); i++) {
            if (truth.pixels()[i]) {
                record.put(mask + i / 8, (byte) (record.get(mask + i / 8) | 1 << i % 8));
            }
        }
        try {
            record.rewind();
            while (record.hasRemaining()) {
                channel.write(record, end + record.position());
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
        places.put(index, place);
        end = place.end();
    }

    /** Forces the written maps to the disk. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    ScoreMap map(int index) {
        Place place = places.get(index);
        float[] values = new float[place.pixels()];
        read(place.values, 4 * values.length).asFloatBuffer().get(values);
        return new ScoreMap(place.width, place.height, values);
    }

    Mask truth(int index) {
        Place place = places.get(index);
        boolean[] pixels = new boolean[place.pixels()];
        ByteBuffer bits = read(place.values + 4L * pixels.length, place.bits());
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bits.get(i / 8) >> i % 8 & 1) == 1;
        }
        return new Mask(place.width, place.height, pixels);
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
            throw FileAccessException.of(file, e);
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
            throw FileAccessException.of(file, e);
        }
    }

    /** Closes and deletes the file. */
    void delete() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
