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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Python program of this folder that computes the same as we and measures its own time. */
final class PythonPeer implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("peer");
    private final String script;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter questions;
    private final String version;

    /**
     * Starts a program.
     *
     * @param script its file, which says in its first lines what it needs
     * @param rows arguments that are matrices, each of which it reads from a file
     * @param numbers its other arguments
     */
    PythonPeer(String script, List<float[]> rows, Object... numbers) throws IOException {
        this.script = script;
        List<String> command = new ArrayList<>(List.of("python3", script));
        for (float[] values : rows) {
            Path file = folder.resolve("rows" + command.size());
            write(values, file);
            command.add(file.toString());
        }
        for (Object number : numbers) {
            command.add(number.toString());
        }
        process = new ProcessBuilder(command)
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
            throw new IOException(script + " does not run; its first lines say what it needs");
        }
        return line;
    }

    /** The name and the version of what the program runs. */
    String description() {
        return version;
    }

    /** Milliseconds of one run. */
    double run() throws IOException {
        return ask("run")[0];
    }

    /** A part of the program's results, to be compared with ours. */
    float[] check() throws IOException {
        return ask("check");
    }

    private float[] ask(String question) throws IOException {
        questions.println(question);
        String[] numbers = answer().split(" ");
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(numbers[i]);
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        process.destroy();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
