package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Ideal4jException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads comma-separated files. */
final class CsvTable {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();
    private static final String EXPECTED = "a table of comma-separated values in UTF-8";

    private CsvTable() {}

    /**
     * A row.
     *
     * @param line number of the line in which the row ends, from 1
     * @param cells the cells of the row
     */
    record Row(long line, CSVRecord cells) {
        String get(int column) {
            return cells.get(column);
        }

        int size() {
            return cells.size();
        }
    }

    /**
     * Reads all rows, with the header.
     *
     * @throws FileFormatException if the file is not UTF-8, its quoting is damaged, or its cells are not separated by
     *     commas
     */
    static List<Row> rows(Path file) {
        try (CSVParser parser = CSVParser.parse(new StringReader(text(file)), FORMAT)) {
            List<Row> rows = new ArrayList<>();
            for (CSVRecord cells : parser) {
                rows.add(new Row(parser.getCurrentLineNumber(), cells));
            }
            checkSeparator(file, rows);
            return rows;
        } catch (UncheckedIOException e) {
            throw failure(file, e.getCause());
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean utf16 = bytes.length > 1
                && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE);
        for (int i = 0; i < bytes.length && !utf16; i++) {
            utf16 = bytes[i] == 0;
        }
        if (utf16) {
            throw new FileFormatException(file, "UTF-16, or no text", EXPECTED + "; save it as 'CSV UTF-8'");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            long line = 1 + out.flip().chars().filter(c -> c == '\n').count();
            throw new FileFormatException(
                    file,
                    String.format("byte %02x in line %d, which is not UTF-8", bytes[in.position()], line),
                    EXPECTED + "; a spreadsheet saves it as 'CSV UTF-8'");
        }
        String text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static void checkSeparator(Path file, List<Row> rows) {
        if (rows.isEmpty() || rows.get(0).size() > 1) {
            return;
        }
        String header = rows.get(0).get(0);
        for (char other : new char[] {';', '\t', '|'}) {
            if (header.indexOf(other) >= 0) {
                throw new FileFormatException(
                        file,
                        "columns separated by " + (other == ';' ? "semicolons" : other == '\t' ? "tabs" : "bars"),
                        "commas");
            }
        }
    }

    private static Ideal4jException failure(Path file, IOException e) {
        if (e instanceof CharacterCodingException) {
            return new FileFormatException(file, "text that is not UTF-8", EXPECTED, e);
        } else if (e instanceof CSVException) {
            return new FileFormatException(file, "damaged quoting", EXPECTED, e);
        }
        return FileAccessException.of(file, e);
    }
}
