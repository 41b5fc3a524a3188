package dev.ideal4j.kernels.emulation;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CUDA device made of a process: kernels compiled for the CPU by {@link EmulatedKernels}, launched over its standard
 * input. For one thread. New memory is full of NaN; an access beyond a buffer, a deadlock or a misaligned copy ends the launch with an
 * {@link EmulationException}.
 */
final class EmulatedDevice implements TrialDevice {
    private final Process process;
    private final OutputStream to;
    private final InputStream from;
    private long seed = 1;

    /** Memory of the device. */
    record Buffer(long address, int bytes) {
        /** A part of it, from an element of 4 bytes on. */
        Buffer from(int element) {
            return new Buffer(address + 4L * element, bytes - 4 * element);
        }
    }

    /** A device with a first library of kernels. */
    EmulatedDevice(Path library) {
        this();
        load(library);
    }

    /** Starts the process. */
    EmulatedDevice() {
        try {
            process = new ProcessBuilder(EmulatedKernels.server().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        to = new BufferedOutputStream(process.getOutputStream());
        from = new BufferedInputStream(process.getInputStream());
    }

    /**
     * A library that a device has loaded.
     *
     * @param number by which the device knows it
     */
    record Library(int number, List<String> kernels) {}

    /** Loads a library of {@link EmulatedKernels}. */
    Library load(Path library) {
        List<String> answer = List.of(ask("load " + library, null).split(" "));
        return new Library(Integer.parseInt(answer.get(0)), answer.subList(1, answer.size()));
    }

    /** Chooses the order in which warps run; any number. */
    void seed(long chosen) {
        seed = chosen & 0xffffffffL;
    }

    /** Leaves out the synchronisation at a place, as {@link #places()} names it. */
    void drop(String place) {
        ask("drop " + place, null);
    }

    /** The places of synchronisation that launches have come through so far: {@code file:line}. */
    List<String> places() {
        String answer = ask("places", null);
        return answer.isEmpty() ? List.of() : List.of(answer.split(" "));
    }

    @Override
    public Buffer allocate(int bytes) {
        return new Buffer(Long.parseUnsignedLong(ask("allocate " + bytes, null)), bytes);
    }

    @Override
    public Buffer upload(float... values) {
        ByteBuffer bytes = bytes(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return upload(bytes);
    }

    @Override
    public Buffer upload(int... values) {
        ByteBuffer bytes = bytes(4 * values.length);
        bytes.asIntBuffer().put(values);
        return upload(bytes);
    }

    private Buffer upload(ByteBuffer bytes) {
        Buffer buffer = allocate(bytes.capacity());
        write(buffer.address, bytes.array());
        return buffer;
    }

    /** Overwrites memory from an address on. */
    void write(long address, byte[] bytes) {
        ask("write " + Long.toUnsignedString(address) + " " + bytes.length, bytes);
    }

    /** Copies within the device. */
    void copy(long from, long to, long bytes) {
        ask("copy " + Long.toUnsignedString(to) + " " + Long.toUnsignedString(from) + " " + bytes, null);
    }

    /** Zeros from an address on. */
    void clear(long address, long bytes) {
        ask("clear " + Long.toUnsignedString(address) + " " + bytes, null);
    }

    void free(Buffer buffer) {
        ask("free " + Long.toUnsignedString(buffer.address), null);
    }

    @Override
    public float[] read(Buffer buffer) {
        float[] values = new float[buffer.bytes / 4];
        readBytes(buffer.address, buffer.bytes).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public int[] readInts(Buffer buffer) {
        int[] values = new int[buffer.bytes / 4];
        readBytes(buffer.address, buffer.bytes).asIntBuffer().get(values);
        return values;
    }

    /** What lies in memory from an address on. */
    ByteBuffer readBytes(long address, int count) {
        ask("read " + Long.toUnsignedString(address) + " " + count, null);
        try {
            return ByteBuffer.wrap(from.readNBytes(count)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many blocks, of how many threads, with how much dynamic shared memory. */
    record Launch(int x, int y, int z, int threads, int sharedBytes) {
        static Launch of(int blocks, int threads) {
            return new Launch(blocks, 1, 1, threads, 0);
        }
    }

    /** As {@link #launch(int, String, Launch, Object...)}, a kernel of the first library. */
    @Override
    public void launch(String kernel, Launch launch, Object... arguments) {
        launch(0, kernel, launch, arguments);
    }

    /**
     * Runs a kernel to its end.
     *
     * @param library its number
     * @param arguments as the kernel declares them: {@link Buffer} or null for a pointer, else a boxed number
     */
    void launch(int library, String kernel, Launch launch, Object... arguments) {
        List<String> words = new ArrayList<>(List.of("launch", Integer.toString(library), kernel));
        for (int number : new int[] {launch.x, launch.y, launch.z, launch.threads, 1, 1, launch.sharedBytes}) {
            words.add(Integer.toString(number));
        }
        words.add(Long.toString(seed));
        words.add(Integer.toString(arguments.length));
        for (Object argument : arguments) {
            words.add(Long.toUnsignedString(word(argument)));
        }
        ask(String.join(" ", words), null);
    }

    private static long word(Object argument) {
        if (argument == null) {
            return 0;
        } else if (argument instanceof Buffer buffer) {
            return buffer.address;
        } else if (argument instanceof Float number) {
            return Float.floatToRawIntBits(number) & 0xffffffffL;
        } else if (argument instanceof Integer number) {
            return number & 0xffffffffL;
        } else if (argument instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("a kernel takes no " + argument.getClass());
    }

    private String ask(String command, byte[] data) {
        try {
            to.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            if (data != null) {
                to.write(data);
            }
            to.flush();
            String answer = line();
            if (!answer.startsWith("ok")) {
                throw new EmulationException(answer);
            }
            return answer.substring(2).strip();
        } catch (IOException e) {
            throw new EmulationException("the emulation ended: " + e.getMessage());
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = from.read(); next != '\n'; next = from.read()) {
            if (next < 0) {
                throw new EOFException(line.toString(StandardCharsets.US_ASCII));
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
