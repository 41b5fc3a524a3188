package dev.ideal4j.kernels.natives;

import dev.ideal4j.core.FileFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Has a shared library of Linux ask for another library, one with the same functions under a new name. The loader reads a
 * needed name in two tables: of libraries, and of versions of functions, which for many libraries are called like the library;
 * beside a version's name stands its hash. All of that is changed in place, so both names must be equally long.
 */
public final class NeededLibrary {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;

    private static final int LOADED = 1;
    private static final int DYNAMIC = 2;

    private static final long END = 0;
    private static final long NEEDED = 1;
    private static final long STRINGS = 5;
    private static final long STRINGS_BYTES = 10;
    private static final long VERSIONS = 0x6ffffffeL;
    private static final long VERSIONS_COUNT = 0x6fffffffL;

    private final ByteBuffer library;
    private final String from;
    /** Where the old name lies, each place once: tables share strings. */
    private final TreeSet<Integer> names = new TreeSet<>();

    private final TreeSet<Integer> hashes = new TreeSet<>();
    private int strings;
    private int stringsEnd;

    private NeededLibrary(byte[] library, String from) {
        this.library = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
        this.from = from;
    }

    /**
     * A copy of a library that needs another.
     *
     * @param source names the library in messages
     * @param library 64-bit ELF; stays as it is
     * @param from what it needs, as {@code libcublas.so.12}
     * @param to what the copy needs, as long as {@code from}
     * @throws FileFormatException if it is no such library or does not need {@code from}
     */
    public static byte[] renamed(String source, byte[] library, String from, String to) {
        if (from.length() != to.length()) {
            throw new IllegalArgumentException(from + " and " + to + " are not equally long");
        }
        NeededLibrary copy = new NeededLibrary(library.clone(), from);
        try {
            if (!copy.isNeeded()) {
                throw new FileFormatException(
                        source, "a library that does not need " + from, "one that does, to have it need " + to, null);
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new FileFormatException(source, "no complete 64-bit ELF library", "one that needs " + from, e);
        }
        byte[] name = to.getBytes(StandardCharsets.US_ASCII);
        copy.names.forEach(place -> copy.library.put(place, name));
        copy.hashes.forEach(place -> copy.library.putInt(place, hash(to)));
        return copy.library.array();
    }

    /** Finds all places of the name; false if none of them is in the table of libraries. */
    private boolean isNeeded() {
        if (library.getInt(0) != MAGIC || library.getShort(4) != CLASS_64_LITTLE_ENDIAN) {
            throw new IndexOutOfBoundsException("not 64-bit ELF");
        }
        int dynamic = dynamic();
        Map<Long, Long> table = new HashMap<>();
        for (int entry = dynamic; library.getLong(entry) != END; entry += 16) {
            table.put(library.getLong(entry), library.getLong(entry + 8));
        }
        if (!table.containsKey(STRINGS) || !table.containsKey(STRINGS_BYTES)) {
            return false;
        }
        strings = offset(table.get(STRINGS));
        stringsEnd = Math.toIntExact(strings + table.get(STRINGS_BYTES));
        for (int entry = dynamic; library.getLong(entry) != END; entry += 16) {
            if (library.getLong(entry) == NEEDED) {
                noteName(library.getLong(entry + 8));
            }
        }
        boolean isNeeded = !names.isEmpty();
        if (table.containsKey(VERSIONS)) {
            noteVersions(offset(table.get(VERSIONS)), table.getOrDefault(VERSIONS_COUNT, 0L));
        }
        return isNeeded;
    }

    /** Versions that are named like the library, and the library's name once more. */
    private void noteVersions(int first, long count) {
        int file = first;
        for (long i = 0; i < count; i++) {
            noteName(library.getInt(file + 4));
            int version = file + library.getInt(file + 8);
            int versions = library.getShort(file + 2) & 0xffff;
            for (int j = 0; j < versions; j++) {
                if (noteName(library.getInt(version + 8))) {
                    hashes.add(version);
                }
                version += library.getInt(version + 12);
            }
            int step = library.getInt(file + 12);
            if (step <= 0) {
                return; // the last, whatever was said of how many there are
            }
            file += step;
        }
    }

    /** Whether the old name lies at this place of the table of strings; takes it down if so. */
    private boolean noteName(long at) {
        int start = Math.toIntExact(strings + at);
        int end = start + from.length();
        if (at < 0 || end >= stringsEnd) {
            return false;
        }
        byte[] text = new byte[from.length()];
        library.get(start, text);
        boolean isName = new String(text, StandardCharsets.ISO_8859_1).equals(from) && library.get(end) == 0;
        if (isName) {
            names.add(start);
        }
        return isName;
    }

    /** Where the table for the loader lies in the file. */
    private int dynamic() {
        for (int i = 0; i < segments(); i++) {
            if (library.getInt(segment(i)) == DYNAMIC) {
                return Math.toIntExact(library.getLong(segment(i) + 8));
            }
        }
        throw new IndexOutOfBoundsException("no table for the loader");
    }

    /** Where an address lies in the file. */
    private int offset(long address) {
        for (int i = 0; i < segments(); i++) {
            int segment = segment(i);
            long within = address - library.getLong(segment + 16);
            if (library.getInt(segment) == LOADED && within >= 0 && within < library.getLong(segment + 32)) {
                return Math.toIntExact(library.getLong(segment + 8) + within);
            }
        }
        throw new IndexOutOfBoundsException("no address " + address);
    }

    private int segments() {
        return library.getShort(56) & 0xffff;
    }

    private int segment(int index) {
        return Math.toIntExact(library.getLong(32) + (long) index * (library.getShort(54) & 0xffff));
    }

    /** Of a version's name, as the format wants it. */
    private static int hash(String name) {
        int hash = 0;
        for (byte each : name.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash << 4) + each;
            int high = hash & 0xf0000000;
            hash = (hash ^ high >>> 24) & ~high;
        }
        return hash;
    }
}
