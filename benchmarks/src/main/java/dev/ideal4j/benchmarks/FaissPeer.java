package dev.ideal4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** An exact index of FAISS in a Python process of its own, which measures its own time. */
final class FaissPeer implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("faiss");
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;
    private final String version;

    /**
     * @param references rows of length 1
     * @param queries rows of length 1
     */
    FaissPeer(float[] references, float[] queries, int width, int k, int threads) throws IOException {
        write(references, folder.resolve("references"));
        write(queries, folder.resolve("queries"));
        process = new ProcessBuilder(List.of(
                        "python3",
                        "faiss_peer.py",
                        folder.resolve("references").toString(),
                        folder.resolve("queries").toString(),
                        String.valueOf(width),
                        String.valueOf(k),
                        String.valueOf(threads)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        version = answer();
    }

    private static void write(float[] values, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = Files.newOutputStream(file);
                WritableByteChannel channel = Channels.newChannel(out)) {
            for (int at = 0; at < values.length; at += bytes.capacity() / Float.BYTES) {
                int some = Math.min(values.length - at, bytes.capacity() / Float.BYTES);
                bytes.clear().asFloatBuffer().put(values, at, some);
                channel.write(bytes.limit(some * Float.BYTES));
            }
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("FAISS does not run; install it with: pip install faiss-cpu");
        }
        return line;
    }

    String description() {
        return "FAISS " + version;
    }

    /** Milliseconds of one search of all queries. */
    double search() throws IOException {
        questions.println("search");
        return Double.parseDouble(answer());
    }

    /** Similarities of the first query, the highest first. */
    float[] first() throws IOException {
        questions.println("check");
        double[] values = Arrays.stream(answer().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        process.destroy();
        Files.deleteIfExists(folder.resolve("references"));
        Files.deleteIfExists(folder.resolve("queries"));
        Files.deleteIfExists(folder);
    }
}
