package dev.ideal4j.eval.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.eval.evaluate.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes a line of JSON for each iteration and each epoch. The lines hold no times, so equal runs have equal logs. Lines of
 * unfinished epochs are dropped when a run continues.
 */
final class TrainingLog implements TrainingListener, AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    /**
     * Opens a log.
     *
     * @param file the log; it is created if it is missing
     * @param finishedEpochs number of epochs whose lines are kept
     */
    TrainingLog(Path file, int finishedEpochs) {
        this.file = file;
        try {
            keep(finishedEpochs);
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    private void keep(int finishedEpochs) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String all = Files.readString(file);
        StringBuilder kept = new StringBuilder();
        // A kill may leave an incomplete line after the last end of line.
        for (String line : all.substring(0, all.lastIndexOf('\n') + 1).lines().toList()) {
            JsonNode node = parse(line);
            if (node.path("epoch").asInt() < finishedEpochs) {
                kept.append(line).append('\n');
            }
        }
        AtomicFile.write(file, out -> out.write(kept.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode parse(String line) {
        try {
            JsonNode node = Json.MAPPER.readTree(line);
            if (node.path("epoch").isIntegralNumber()) {
                return node;
            }
            throw new FileFormatException(file, "the line " + line, "a line with an epoch");
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "the line " + line, "a line of JSON", e);
        }
    }

    @Override
    public void iteration(int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("epoch", epoch);
        line.put("iteration", iteration);
        line.put("learningRate", learningRate);
        losses.forEach(line::put);
        append(line);
    }

    @Override
    public void epoch(
            int epoch, int epochs, double learningRate, double meanLoss, Validation.Scores scores, boolean best) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("epoch", epoch);
        line.put("learningRate", learningRate);
        line.put("meanLoss", meanLoss);
        if (scores != null) {
            line.putPOJO("imageAuroc", scores.imageAuroc());
            line.putPOJO("pixelAuroc", scores.pixelAuroc());
            line.put("best", best);
        }
        append(line);
        force();
    }

    /** A listener that calls this log, then another listener. */
    TrainingListener and(TrainingListener other) {
        TrainingLog log = this;
        return new TrainingListener() {
            @Override
            public void started(int epochs, int finished) {
                other.started(epochs, finished);
            }

            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                log.iteration(epoch, iteration, iterations, rate, losses);
                other.iteration(epoch, iteration, iterations, rate, losses);
            }

            @Override
            public void epoch(
                    int epoch, int epochs, double rate, double meanLoss, Validation.Scores scores, boolean best) {
                log.epoch(epoch, epochs, rate, meanLoss, scores, best);
                other.epoch(epoch, epochs, rate, meanLoss, scores, best);
            }
        };
    }

    private void append(ObjectNode line) {
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap((Json.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /** Forces the lines to the disk, because an epoch counts as finished only then. */
    private void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
