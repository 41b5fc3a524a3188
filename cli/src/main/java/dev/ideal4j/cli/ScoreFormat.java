package dev.ideal4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** How results are printed: each as soon as it is known. */
enum ScoreFormat {
    /** For people: score, where it is highest, file. */
    TABLE {
        @Override
        void first(PrintWriter out) {
            out.println(" score      peak at      image");
        }

        @Override
        void row(ScoredPicture picture, boolean first, PrintWriter out) {
            out.printf(
                    Locale.ROOT,
                    "%.7f  %5d,%-5d  %s%n",
                    picture.score(),
                    picture.peakX(),
                    picture.peakY(),
                    OneLine.of(picture.image()));
        }
    },

    /** A list of objects, complete when the run has ended. */
    JSON {
        @Override
        void first(PrintWriter out) {
            out.print("[");
        }

        @Override
        void row(ScoredPicture picture, boolean first, PrintWriter out) {
            out.print((first ? "\n  " : ",\n  ") + json(picture));
        }

        @Override
        void end(boolean empty, PrintWriter out) {
            out.println(empty ? "[]" : "\n]");
        }
    },

    /** An object a line, each complete as soon as it is printed. */
    JSONL {
        @Override
        void row(ScoredPicture picture, boolean first, PrintWriter out) {
            out.println(json(picture));
        }
    },

    /** A header, then a line an image. */
    CSV {
        @Override
        void first(PrintWriter out) {
            record(out, "image", "score", "peak_score", "peak_x", "peak_y", "width", "height");
        }

        @Override
        void row(ScoredPicture p, boolean first, PrintWriter out) {
            record(out, p.image(), p.score(), p.peakScore(), p.peakX(), p.peakY(), p.width(), p.height());
        }
    };

    /** Prints what stands before the first result. */
    void first(PrintWriter out) {}

    /** Prints a result. */
    abstract void row(ScoredPicture picture, boolean first, PrintWriter out);

    /** Prints what stands after the last result. */
    void end(boolean empty, PrintWriter out) {}

    private static String json(ScoredPicture picture) {
        try {
            return new ObjectMapper().writeValueAsString(picture);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void record(PrintWriter out, Object... values) {
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        try {
            new CSVPrinter(out, format).printRecord(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run's results in this format. */
    Sheet sheet(PrintWriter out) {
        return new Sheet(this, out);
    }

    /** Prints results one by one; nothing at all while there is none. */
    static final class Sheet {
        private final ScoreFormat format;
        private final PrintWriter out;
        private boolean empty = true;

        private Sheet(ScoreFormat format, PrintWriter out) {
            this.format = format;
            this.out = out;
        }

        void add(ScoredPicture picture) {
            if (empty) {
                format.first(out);
            }
            format.row(picture, empty, out);
            out.flush();
            empty = false;
        }

        void end() {
            format.end(empty, out);
            out.flush();
        }
    }
}
