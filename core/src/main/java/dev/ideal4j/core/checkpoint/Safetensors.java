package dev.ideal4j.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the safetensors format: the length of a JSON header (8 bytes, little-endian), the header, and the data. The
 * header contains the type, the shape and the data range of each tensor. The ranges must cover the data without gap or
 * overlap.
 */
final class Safetensors {
    /** Maximum length of a header in the format, in bytes. */
    static final long LONGEST_HEADER = 100_000_000;

    /** Key of the metadata in the header. */
    static final String METADATA = "__metadata__";

    private static final String STORAGE = "data";
    private static final int ENTRY_BYTES = 512;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxStringLength((int) LONGEST_HEADER)
                    .maxNameLength(1 << 16)
                    .build())
            .build();

    private final Path file;
    private final AllocationLimit limit;
    private final long dataBytes;
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private Safetensors(Path file, AllocationLimit limit, long dataBytes) {
        this.file = file;
        this.limit = limit;
        this.dataBytes = dataBytes;
    }

    /** Whether the first bytes of a file look like this format. At least 9 bytes are needed. */
    static boolean starts(ByteBuffer first, long fileSize) {
        long header = first.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return header >= 0 && header <= LONGEST_HEADER && header <= fileSize - Long.BYTES && first.get(8) == '{';
    }

    static WeightFile open(Path file, FileChannel channel, AllocationLimit limit) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(length, 0);
        long headerBytes = length.getLong(0);
        long dataStart = Long.BYTES + headerBytes;
        Safetensors parsed = new Safetensors(file, limit, channel.size() - dataStart);
        InputStream header = new PrefixStream(FileStorages.stream(channel, Long.BYTES), headerBytes);
        try (JsonParser json = JSON.createParser(new InputStreamReader(header, StandardCharsets.UTF_8.newDecoder()))) {
            parsed.parse(json);
        } catch (JsonProcessingException e) {
            throw parsed.bad("a malformed header (" + e.getOriginalMessage() + ")", "JSON");
        } catch (CharacterCodingException e) {
            throw parsed.bad("a header that is not UTF-8", "JSON in UTF-8");
        }
        parsed.checkRanges();
        FileStorages storages = new FileStorages(channel, Map.of(STORAGE, dataStart));
        return new WeightFile(file, parsed.tensors, parsed.metadata, storages, limit);
    }

    private void parse(JsonParser json) throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            limit.charge(ENTRY_BYTES + 4L * name.length());
            expect(json.nextToken(), JsonToken.START_OBJECT, name);
            if (name.equals(METADATA)) {
                parseMetadata(json);
            } else {
                tensors.put(name, parseTensor(json, name));
            }
        }
        if (json.nextToken() != null) {
            throw bad("something after the header's object", "blanks");
        }
    }

    private void parseMetadata(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + " " + key);
            limit.charge(ENTRY_BYTES + 2L * (key.length() + json.getTextLength()));
            metadata.put(key, json.getText());
        }
    }

    private TensorView parseTensor(JsonParser json, String name) throws IOException {
        ElementType type = null;
        List<Long> lengths = null;
        List<Long> range = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> type = type(json, name);
                case "shape" -> lengths = numbers(json, name);
                case "data_offsets" -> range = numbers(json, name);
                default -> throw bad("tensor " + name + " with " + key, "dtype, shape and data_offsets");
            }
        }
        if (type == null || lengths == null || range == null || range.size() != 2) {
            throw bad("tensor " + name + " without type, shape or range", "dtype, shape and two data_offsets");
        }
        long begin = range.get(0);
        long end = range.get(1);
        if (begin > end || end > dataBytes) {
            throw bad("tensor " + name + " at " + begin + " to " + end, "a range within " + dataBytes + " bytes");
        }
        Shape shape = shape(lengths, name);
        if (shape.size() > Long.MAX_VALUE / type.bytes() || shape.size() * type.bytes() != end - begin) {
            throw bad("tensor " + name + " of " + (end - begin) + " bytes", shape + " " + type);
        }
        return new TensorView(STORAGE, type, begin, shape, TensorView.rowMajor(shape));
    }

    private ElementType type(JsonParser json, String name) throws IOException {
        String found = json.getText();
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(found)) {
                return type;
            }
        }
        throw bad("tensor " + name + " of type " + found, "one of " + List.of(ElementType.values()));
    }

    private List<Long> numbers(JsonParser json, String name) throws IOException {
        expect(json.currentToken(), JsonToken.START_ARRAY, name);
        List<Long> numbers = new ArrayList<>(4);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
            long number = json.getLongValue();
            if (number < 0) {
                throw bad("tensor " + name + " with " + number, "numbers of 0 or more");
            }
            limit.charge(2 * Long.BYTES);
            numbers.add(number);
        }
        return numbers;
    }

    private Shape shape(List<Long> lengths, String name) {
        int[] axes = new int[lengths.size()];
        try {
            for (int axis = 0; axis < axes.length; axis++) {
                axes[axis] = Math.toIntExact(lengths.get(axis));
            }
            return Shape.of(axes);
        } catch (ArithmeticException e) {
            throw bad("tensor " + name + " of shape " + lengths, "axes below 2^31 and fewer than 2^63 elements");
        }
    }

    private void checkRanges() {
        List<TensorView> sorted = new ArrayList<>(tensors.values());
        sorted.sort(Comparator.comparingLong(TensorView::offset)
                .thenComparingLong(tensor -> tensor.shape().size()));
        long next = 0;
        for (TensorView tensor : sorted) {
            if (tensor.offset() != next) {
                throw bad("a gap or overlap of the tensors at byte " + next + " of the data", "each byte used once");
            }
            next += tensor.shape().size() * tensor.type().bytes();
        }
        if (next != dataBytes) {
            throw bad(dataBytes + " bytes of data", next + ", as the header says");
        }
    }

    private void expect(JsonToken found, JsonToken wanted, String where) {
        if (found != wanted) {
            throw bad(found + " in " + where, String.valueOf(wanted));
        }
    }

    private FileFormatException bad(String found, String expected) {
        return new FileFormatException(file, Printable.of(found), expected);
    }

    /** A stream of the first bytes of another stream. */
    private static final class PrefixStream extends InputStream {
        private final InputStream in;
        private long left;

        PrefixStream(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int at, int count) throws IOException {
            int some = left == 0 ? -1 : in.read(to, at, (int) Math.min(count, left));
            left -= Math.max(0, some);
            return some;
        }
    }
}
