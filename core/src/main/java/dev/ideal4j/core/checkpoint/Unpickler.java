package dev.ideal4j.core.checkpoint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stack machine of Python's pickle format, protocols 2 to 5, without Python. Numbers, text and containers
 * become Java objects. All other objects are created by a {@link PickleObjects}, which allows only a few classes.
 *
 * <p>None becomes null, int becomes {@link Long} or {@link BigInteger}, float becomes {@link Double}, str becomes
 * {@link String}, and bytes becomes {@code byte[]}. Lists, tuples and sets become {@link List}, and dicts become {@link
 * PickleDict}. There is no recursion, so deep nesting cannot overflow the stack. The {@link AllocationLimit} of the
 * input bounds the memory.
 */
final class Unpickler {
    private static final int OBJECT_BYTES = 48;
    private static final int SLOT_BYTES = 16;
    private static final Object MARK = new Object();

    private final PickleInput in;
    private final PickleObjects objects;
    private final List<Object> stack = new ArrayList<>();
    private final List<Object> memo = new ArrayList<>();
    private int deepest;

    private Unpickler(PickleInput in, PickleObjects objects) {
        this.in = in;
        this.objects = objects;
    }

    /**
     * Reads one pickle. Afterwards, {@code in} is positioned after the pickle.
     *
     * @throws dev.ideal4j.core.FileFormatException if the pickle is damaged or names a class that {@code objects}
     *     rejects
     */
    static Object load(PickleInput in, PickleObjects objects) {
        return new Unpickler(in, objects).load();
    }

    private Object load() {
        while (true) {
            int opcode = in.u8();
            if (opcode == '.') {
                Object result = pop();
                if (!stack.isEmpty()) {
                    throw in.malformed("an end with " + stack.size() + " objects left over", "one object");
                }
                return result;
            }
            if (!scalar(opcode) && !container(opcode) && !reference(opcode)) {
                throw in.malformed(String.format("opcode 0x%02x", opcode), "an opcode of pickle protocol 2 to 5");
            }
        }
    }

    private boolean scalar(int opcode) {
        switch (opcode) {
            case 0x80 -> { // PROTO
                int protocol = in.u8();
                if (protocol < 2 || protocol > 5) {
                    throw in.malformed("pickle protocol " + protocol, "protocol 2 to 5");
                }
            }
            case 0x95 -> in.i64(); // FRAME
            case 'N' -> push(null);
            case 0x88 -> push(Boolean.TRUE);
            case 0x89 -> push(Boolean.FALSE);
            case 'K' -> push((long) in.u8()); // BININT1
            case 'M' -> push((long) in.u16()); // BININT2
            case 'J' -> push((long) in.i32()); // BININT
            case 0x8a -> push(integer(in.bytes(in.u8()))); // LONG1
            case 0x8b -> push(integer(in.bytes(in.i32()))); // LONG4
            case 'G' -> push(in.f64()); // BINFLOAT
            case 0x8c, 'U' -> push(in.text(in.u8())); // SHORT_BINUNICODE, SHORT_BINSTRING
            case 'X' -> push(in.text(in.u32())); // BINUNICODE
            case 'T' -> push(in.text(in.i32())); // BINSTRING
            case 0x8d -> push(in.text(in.i64())); // BINUNICODE8
            case 'C' -> push(in.bytes(in.u8())); // SHORT_BINBYTES
            case 'B' -> push(in.bytes(in.u32())); // BINBYTES
            case 0x8e, 0x96 -> push(in.bytes(in.i64())); // BINBYTES8, BYTEARRAY8
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> push(MARK);
            case ')', ']', 0x8f -> push(list(List.of())); // EMPTY_TUPLE, EMPTY_LIST, EMPTY_SET
            case 't', 'l', 0x91 -> push(list(popMark())); // TUPLE, LIST, FROZENSET
            case 0x85 -> push(list(popLast(1))); // TUPLE1
            case 0x86 -> push(list(popLast(2))); // TUPLE2
            case 0x87 -> push(list(popLast(3))); // TUPLE3
            case '}' -> push(dict()); // EMPTY_DICT
            case 'd' -> { // DICT
                List<Object> items = popMark();
                push(dict());
                putAll(items);
            }
            case 'a' -> addAll(popLast(1)); // APPEND
            case 'e', 0x90 -> addAll(popMark()); // APPENDS, ADDITEMS
            case 's' -> putAll(popLast(2)); // SETITEM
            case 'u' -> putAll(popMark()); // SETITEMS
            case '0' -> popLast(1); // POP
            case '1' -> popMark(); // POP_MARK
            case '2' -> push(top()); // DUP
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean reference(int opcode) {
        switch (opcode) {
            case 'q' -> put(in.u8()); // BINPUT
            case 'r' -> put(in.u32()); // LONG_BINPUT
            case 0x94 -> put(memo.size()); // MEMOIZE
            case 'h' -> push(recall(in.u8())); // BINGET
            case 'j' -> push(recall(in.u32())); // LONG_BINGET
            case 'c' -> push(objects.global(in, in.line(), in.line())); // GLOBAL
            case 0x93 -> { // STACK_GLOBAL
                List<Object> names = popLast(2);
                if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
                    throw in.malformed("a class whose name is not text", "a module and a name");
                }
                push(objects.global(in, module, name));
            }
            case 'R', 0x81 -> { // REDUCE, NEWOBJ
                List<Object> call = popLast(2);
                in.limit().charge(OBJECT_BYTES);
                push(objects.call(in, call.get(0), arguments(call.get(1))));
            }
            case 'b' -> { // BUILD
                Object state = pop();
                objects.build(in, top(), state);
            }
            case 'Q' -> push(objects.persistent(in, pop())); // BINPERSID
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Object integer(byte[] littleEndian) {
        if (littleEndian.length == 0) {
            return 0L;
        }
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        BigInteger value = new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private List<Object> arguments(Object value) {
        if (!(value instanceof List<?>)) {
            throw in.malformed("a call without arguments", "a tuple of them");
        }
        return asList(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(Object value) {
        return (List<Object>) value;
    }

    private List<Object> list(List<Object> items) {
        in.limit().charge(OBJECT_BYTES + (long) SLOT_BYTES * items.size());
        return new ArrayList<>(items);
    }

    private PickleDict dict() {
        in.limit().charge(2 * OBJECT_BYTES);
        return new PickleDict();
    }

    private void addAll(List<Object> items) {
        in.limit().charge((long) SLOT_BYTES * items.size());
        if (!(top() instanceof List<?>)) {
            throw in.malformed("items for something else than a list", "a list");
        }
        asList(top()).addAll(items);
    }

    private void putAll(List<Object> items) {
        in.limit().charge((long) SLOT_BYTES * items.size());
        if (items.size() % 2 != 0 || !(top() instanceof PickleDict dict)) {
            throw in.malformed("keys and values that do not pair up in a dict", "pairs for a dict");
        }
        for (int i = 0; i < items.size(); i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
    }

    private void put(long index) {
        if (index > memo.size()) {
            throw in.malformed("memo entry " + index, "at most " + memo.size() + ", the next");
        }
        if (index == memo.size()) {
            in.limit().charge(SLOT_BYTES);
            memo.add(top());
        } else {
            memo.set((int) index, top());
        }
    }

    private Object recall(long index) {
        if (index >= memo.size()) {
            throw in.malformed("memo entry " + index, "less than " + memo.size());
        }
        return memo.get((int) index);
    }

    private void push(@Nullable Object value) {
        stack.add(value);
        if (stack.size() > deepest) {
            in.limit().charge(SLOT_BYTES);
            deepest = stack.size();
        }
    }

    private Object top() {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw in.malformed("an empty stack", "an object on it");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        Object top = top();
        stack.remove(stack.size() - 1);
        return top;
    }

    /** Removes the last objects. The caller may modify the elements of the list. */
    private List<Object> popLast(int count) {
        Object[] items = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            items[i] = pop();
        }
        return Arrays.asList(items);
    }

    /** Removes all objects down to and including the last mark. The caller owns the list. */
    private List<Object> popMark() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw in.malformed("no mark on the stack", "one");
        }
        List<Object> above = stack.subList(mark + 1, stack.size());
        List<Object> items = new ArrayList<>(above);
        stack.subList(mark, stack.size()).clear();
        return items;
    }
}
