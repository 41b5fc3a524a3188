package dev.ideal4j.eval.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.checkpoint.Fingerprint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the index file {@code meta.json} strictly, and writes it byte for byte as the published scripts do. */
public final class MetaJson {
    /** The name of the file in a data set's folder. */
    public static final String NAME = "meta.json";

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private MetaJson() {}

    /**
     * Reads an index.
     *
     * @throws FileFormatException if the file is not an index, or a path in it leads out of the data set's folder
     */
    public static DatasetIndex read(Path file) {
        JsonNode root = tree(file);
        Set<List<String>> read = new HashSet<>();
        return new DatasetIndex(part(file, root, "train", read), part(file, root, "test", read));
    }

    private static Map<String, List<LabeledImage>> part(
            Path file, JsonNode root, String phase, Set<List<String>> read) {
        if (!root.path(phase).isObject()) {
            throw new FileFormatException(file, "no object " + phase, "objects train and test of lists by product");
        }
        Map<String, List<LabeledImage>> part = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> product : root.path(phase).properties()) {
            if (!product.getValue().isArray()) {
                throw new FileFormatException(file, phase + " " + product.getKey() + " without a list", "a list");
            }
            List<LabeledImage> images = new ArrayList<>(product.getValue().size());
            for (JsonNode record : product.getValue()) {
                JsonNode anomaly = record.path("anomaly");
                if (!anomaly.isInt() || anomaly.asInt() < 0 || anomaly.asInt() > 1) {
                    throw new FileFormatException(file, "anomaly " + anomaly + " in " + product.getKey(), "0 or 1");
                }
                String image = inside(file, text(file, record, "img_path"));
                if (image.isEmpty() || !read.add(List.of(product.getKey(), image))) {
                    throw new FileFormatException(
                            file,
                            image.isEmpty()
                                    ? "a record of " + product.getKey() + " without img_path"
                                    : image + " twice among the images of " + product.getKey(),
                            "each image once, by its path");
                }
                images.add(new LabeledImage(
                        image,
                        inside(file, text(file, record, "mask_path")),
                        product.getKey(),
                        text(file, record, "specie_name"),
                        anomaly.asInt() == 1));
            }
            part.put(product.getKey(), images);
        }
        return part;
    }

    static JsonNode tree(Path file) {
        try {
            JsonNode root = MAPPER.readTree(file.toFile());
            if (root == null || !root.isObject()) {
                throw new FileFormatException(file, "no object", "JSON with train and test");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new FileFormatException(
                    file, "broken JSON: " + e.getOriginalMessage(), "JSON with train and test", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    static String text(Path file, JsonNode record, String key) {
        JsonNode value = record.path(key);
        if (!value.isTextual()) {
            throw new FileFormatException(file, "a record without text " + key, "one in every record");
        }
        return value.asText();
    }

    /** Returns the path if it stays inside the folder to which it is relative. */
    static String inside(Path file, String path) {
        boolean leaves = path.startsWith("/")
                || path.startsWith("\\")
                || path.matches("[A-Za-z]:.*")
                || path.indexOf('\0') >= 0
                || List.of(path.split("[/\\\\]")).contains("..");
        if (leaves) {
            throw new FileFormatException(file, "path " + path, "a path inside the data set's folder");
        }
        return path;
    }

    /** Writes an index to a temporary file and renames it. */
    public static void write(DatasetIndex index, Path file) {
        AtomicFile.write(file, out -> write(index, out));
    }

    /** SHA-256 of the index in its written form, in hexadecimal. */
    public static String sha256(DatasetIndex index) {
        MessageDigest digest = Fingerprint.sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            write(index, out);
        } catch (IOException e) {
            throw new UncheckedIOException("a digest in memory", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void write(DatasetIndex index, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.US_ASCII);
        text.write("{\n    \"train\": ");
        part(text, index.train());
        text.write(",\n    \"test\": ");
        part(text, index.test());
        text.write("\n}\n");
        text.flush();
    }

    private static void part(Writer out, Map<String, List<LabeledImage>> part) throws IOException {
        if (part.isEmpty()) {
            out.write("{}");
            return;
        }
        String separator = "{\n";
        for (Map.Entry<String, List<LabeledImage>> product : part.entrySet()) {
            out.write(separator + " ".repeat(8) + quoted(product.getKey()) + ": ");
            records(out, product.getValue());
            separator = ",\n";
        }
        out.write("\n    }");
    }

    private static void records(Writer out, List<LabeledImage> images) throws IOException {
        if (images.isEmpty()) {
            out.write("[]");
            return;
        }
        out.write("[\n");
        for (Iterator<LabeledImage> each = images.iterator(); each.hasNext(); ) {
            LabeledImage image = each.next();
            String key = "\n" + " ".repeat(16);
            out.write(" ".repeat(12) + "{"
                    + key + "\"img_path\": " + quoted(image.image()) + ","
                    + key + "\"mask_path\": " + quoted(image.mask()) + ","
                    + key + "\"cls_name\": " + quoted(image.product()) + ","
                    + key + "\"specie_name\": " + quoted(image.type()) + ","
                    + key + "\"anomaly\": " + (image.anomalous() ? 1 : 0)
                    + "\n" + " ".repeat(12) + (each.hasNext() ? "},\n" : "}\n"));
        }
        out.write(" ".repeat(8) + "]");
    }

    /** Writes as Python's JSON writer: it escapes all but printable ASCII, in lower-case hexadecimal, and no slash. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            int simple = "\"\\\n\r\t\b\f".indexOf(c);
            if (simple >= 0) {
                quoted.append('\\').append("\"\\nrtbf".charAt(simple));
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
