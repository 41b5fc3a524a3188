package dev.ideal4j.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Objects;

/**
 * Uncompressed storages in a file.
 *
 * @param channel the file; closed with this
 * @param positions of the storages, in bytes
 */
record FileStorages(FileChannel channel, Map<String, Long> positions) implements StorageSource {
    @Override
    public InputStream open(String key) {
        if (!channel.isOpen()) {
            throw new IllegalStateException("the weight file is closed");
        }
        return stream(channel, Objects.requireNonNull(positions.get(key), key));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Returns the bytes of a file from {@code start} on. The position of the channel is not used, so that several
     * streams do not interfere.
     */
    static InputStream stream(FileChannel channel, long start) {
        return new InputStream() {
            private long position = start;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] to, int at, int count) throws IOException {
                int read = channel.read(ByteBuffer.wrap(to, at, count), position);
                position += Math.max(0, read);
                return read;
            }

            @Override
            public long skip(long count) throws IOException {
                long skipped = Math.max(0, Math.min(count, channel.size() - position));
                position += skipped;
                return skipped;
            }
        };
    }
}
