package dev.ideal4j.eval.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** How results are printed. */
enum ScoreFormat {
    /** For people: score, where it is highest, file. */
    TABLE {
        @Override
        void write(List<ScoredPicture> scored, PrintWriter out) {
            out.println(" score    peak at      picture");
            for (ScoredPicture picture : scored) {
                out.printf(
                        Locale.ROOT,
                        "%.5f  %5d,%-5d  %s%n",
                        picture.score(),
                        picture.peakX(),
                        picture.peakY(),
                        picture.image());
            }
        }
    },

    /** A list of objects. */
    JSON {
        @Override
        void write(List<ScoredPicture> scored, PrintWriter out) {
            try {
                out.println(new ObjectMapper()
                        .writer(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(scored));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    },

    /** A header, then a line a picture. */
    CSV {
        @Override
        void write(List<ScoredPicture> scored, PrintWriter out) {
            CSVFormat format = CSVFormat.DEFAULT
                    .builder()
                    .setRecordSeparator('\n')
                    .setHeader("image", "score", "peak_score", "peak_x", "peak_y", "width", "height")
                    .get();
            try {
                CSVPrinter csv = new CSVPrinter(out, format);
                for (ScoredPicture p : scored) {
                    csv.printRecord(p.image(), p.score(), p.peakScore(), p.peakX(), p.peakY(), p.width(), p.height());
                }
                csv.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    abstract void write(List<ScoredPicture> scored, PrintWriter out);
}
