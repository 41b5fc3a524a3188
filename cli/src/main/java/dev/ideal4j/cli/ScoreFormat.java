package dev.ideal4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.eval.results.ImageScore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The formats in which results are printed. Each result is printed as soon as it is known. */
enum ScoreFormat {
    /** A table for people: the verdict, the score, the number of regions, the position of the highest map value, and the file. */
    TABLE {
        @Override
        void first(PrintWriter out) {
            out.println("verdict    score      regions  peak at      image");
        }

        @Override
        void row(ImageScore image, boolean first, PrintWriter out) {
            out.printf(
                    Locale.ROOT,
                    "%-9s  %.7f  %7s  %5d,%-5d  %s%n",
                    image.verdict().name().toLowerCase(Locale.ROOT),
                    image.score(),
                    image.regions() == null ? "-" : image.regions().size(),
                    image.peakX(),
                    image.peakY(),
                    OneLine.of(image.image()));
        }
    },

    /** A JSON list of objects. The list is complete when the run has ended. */
    JSON {
        @Override
        void first(PrintWriter out) {
            out.print("[");
        }

        @Override
        void row(ImageScore image, boolean first, PrintWriter out) {
            out.print((first ? "\n  " : ",\n  ") + json(image));
        }

        @Override
        void end(boolean empty, PrintWriter out) {
            out.println(empty ? "[]" : "\n]");
        }
    },

    /** A JSON object per line. Each line is complete when it is printed. */
    JSONL {
        @Override
        void row(ImageScore image, boolean first, PrintWriter out) {
            out.println(json(image));
        }
    },

    /** A COCO file with a polygon for each region. It is printed when the run has ended. */
    COCO {
        @Override
        void row(ImageScore image, boolean first, PrintWriter out) {}
    },

    /** A header, then a line for each image. */
    CSV {
        @Override
        void first(PrintWriter out) {
            record(
                    out,
                    "image",
                    "verdict",
                    "score",
                    "calibrated_score",
                    "peak_score",
                    "peak_x",
                    "peak_y",
                    "width",
                    "height",
                    "regions");
        }

        @Override
        void row(ImageScore p, boolean first, PrintWriter out) {
            record(
                    out,
                    p.image(),
                    p.verdict(),
                    p.score(),
                    p.calibratedScore(),
                    p.peakScore(),
                    p.peakX(),
                    p.peakY(),
                    p.width(),
                    p.height(),
                    p.regions() == null ? null : p.regions().size());
        }
    };

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Prints the text before the first result. */
    void first(PrintWriter out) {}

    /** Prints a result. */
    abstract void row(ImageScore image, boolean first, PrintWriter out);

    /** Prints the text after the last result. */
    void end(boolean empty, PrintWriter out) {}

    private static String json(ImageScore image) {
        try {
            return MAPPER.writeValueAsString(image);
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

    /** A printer of a run's results in this format. */
    Sheet sheet(PrintWriter out) {
        return new Sheet(this, out);
    }

    /** Prints results one by one. It prints nothing before the first result. */
    static final class Sheet {
        private final ScoreFormat format;
        private final PrintWriter out;
        private boolean empty = true;

        private Sheet(ScoreFormat format, PrintWriter out) {
            this.format = format;
            this.out = out;
        }

        void add(ImageScore image) {
            if (empty) {
                format.first(out);
            }
            format.row(image, empty, out);
            out.flush();
            empty = false;
        }

        void end() {
            format.end(empty, out);
            out.flush();
        }
    }
}
