package dev.ideal4j.core.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The content of a file for a decoder. A decoder that continues to read after the end is stopped. For example,
 * TwelveMonkeys reads missing data of a WebP as zeros and may do so for minutes.
 */
final class BoundedInput extends ImageInputStreamImpl {
    /** Some reads after the end are allowed, because decoders look ahead a few bytes. */
    private static final int MOST_READS_BEHIND_THE_END = 1000;

    private final byte[] file;
    private int behind;

    BoundedInput(byte[] file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        bitOffset = 0;
        return streamPos < file.length ? file[(int) streamPos++] & 0xFF : end();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        } else if (streamPos >= file.length) {
            return end();
        }
        int count = (int) Math.min(length, file.length - streamPos);
        System.arraycopy(file, (int) streamPos, to, offset, count);
        streamPos += count;
        return count;
    }

    private int end() throws IOException {
        if (++behind > MOST_READS_BEHIND_THE_END) {
            throw new ImageFault("the end of the file after " + file.length + " bytes", "all samples");
        }
        return -1;
    }

    @Override
    public long length() {
        return file.length;
    }
}
