package dev.ideal4j.core.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a pickle of protocol 2, opcode by opcode. Each text and class name is written once and later recalled from
 * the memo.
 */
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> memo = new HashMap<>();

    PickleWriter() {
        out.write(0x80); // PROTO
        out.write(2);
    }

    /** Pushes a str. */
    void text(String value) {
        if (!recall("text " + value)) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            out.write('X'); // BINUNICODE
            littleEndian(utf8.length, 4);
            out.writeBytes(utf8);
            memorise("text " + value);
        }
    }

    /** Pushes a class or function. */
    void global(String module, String name) {
        String line = module + "\n" + name + "\n";
        if (!recall("global " + line)) {
            out.write('c'); // GLOBAL
            out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
            memorise("global " + line);
        }
    }

    /** Pushes an int of 0 or more. */
    void integer(long value) {
        if (value <= 0xFF) {
            out.write('K'); // BININT1
            littleEndian(value, 1);
        } else if (value <= 0xFFFF) {
            out.write('M'); // BININT2
            littleEndian(value, 2);
        } else if (value <= Integer.MAX_VALUE) {
            out.write('J'); // BININT
            littleEndian(value, 4);
        } else {
            out.write(0x8a); // LONG1
            out.write(Long.BYTES);
            littleEndian(value, Long.BYTES);
        }
    }

    /** Pushes False. */
    void falseValue() {
        out.write(0x89); // NEWFALSE
    }

    /** Pushes a new OrderedDict. */
    void emptyOrderedDict() {
        global("collections", "OrderedDict");
        out.write(')'); // EMPTY_TUPLE
        reduce();
    }

    /** Starts the items of a tuple or dict. */
    void mark() {
        out.write('('); // MARK
    }

    /** Makes a tuple of all objects since the mark. */
    void tuple() {
        out.write('t'); // TUPLE
    }

    /** Puts all keys and values since the mark into the dict below the mark. */
    void setItems() {
        out.write('u'); // SETITEMS
    }

    /** Calls the function below the tuple with the tuple as arguments. */
    void reduce() {
        out.write('R'); // REDUCE
    }

    /** Replaces a persistent identifier by its object. */
    void persistent() {
        out.write('Q'); // BINPERSID
    }

    /** Ends the pickle and returns it. */
    byte[] stop() {
        out.write('.'); // STOP
        return out.toByteArray();
    }

    private boolean recall(String key) {
        Integer index = memo.get(key);
        if (index == null) {
            return false;
        }
        if (index <= 0xFF) {
            out.write('h'); // BINGET
            littleEndian(index, 1);
        } else {
            out.write('j'); // LONG_BINGET
            littleEndian(index, 4);
        }
        return true;
    }

    private void memorise(String key) {
        int index = memo.size();
        memo.put(key, index);
        if (index <= 0xFF) {
            out.write('q'); // BINPUT
            littleEndian(index, 1);
        } else {
            out.write('r'); // LONG_BINPUT
            littleEndian(index, 4);
        }
    }

    private void littleEndian(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * i));
        }
    }
}
