package dev.ideal4j.core.checkpoint;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The element types of files. All elements are read as float32. Integers beyond 2²⁴ and float64 are rounded to
 * nearest.
 */
enum ElementType {
    F64(8, "Double", "float64"),
    F32(4, "Float", "float32"),
    F16(2, "Half", "float16"),
    BF16(2, "BFloat16", "bfloat16"),
    I64(8, "Long", "int64"),
    I32(4, "Int", "int32"),
    I16(2, "Short", "int16"),
    I8(1, "Char", "int8"),
    U64(8, null, "uint64"),
    U32(4, null, "uint32"),
    U16(2, null, "uint16"),
    U8(1, "Byte", "uint8"),
    BOOL(1, "Bool", "bool");

    private final int bytes;
    private final @Nullable String torchStorage;
    private final String torchName;

    /** The name of the constant is the name of the type in safetensors. */
    ElementType(int bytes, @Nullable String torchStorage, String torchName) {
        this.bytes = bytes;
        this.torchStorage = torchStorage == null ? null : torchStorage + "Storage";
        this.torchName = torchName;
    }

    /** Width of an element in bytes. */
    int bytes() {
        return bytes;
    }

    /** PyTorch's class for a storage of this type, without its module; null if PyTorch has no such class. */
    @Nullable
    String torchStorage() {
        return torchStorage;
    }

    /** PyTorch's name of this type, without its module. */
    String torchName() {
        return torchName;
    }

    /** Converts the next {@code count} elements of {@code from}, whose byte order is set, into {@code to} from {@code at}. */
    void decode(ByteBuffer from, int count, float[] to, int at) {
        if (this == F32) {
            from.asFloatBuffer().get(to, at, count);
            return;
        }
        int position = from.position();
        for (int i = 0; i < count; i++) {
            int p = position + i * bytes;
            to[at + i] = switch (this) {
                case F64 -> (float) from.getDouble(p);
                case F32 -> from.getFloat(p);
                case F16 -> halfToFloat(from.getShort(p));
                case BF16 -> Float.intBitsToFloat(from.getShort(p) << 16);
                case I64 -> from.getLong(p);
                case I32 -> from.getInt(p);
                case I16 -> from.getShort(p);
                case I8 -> from.get(p);
                case U64 -> unsignedToFloat(from.getLong(p));
                case U32 -> from.getInt(p) & 0xFFFFFFFFL;
                case U16 -> from.getShort(p) & 0xFFFF;
                case U8 -> from.get(p) & 0xFF;
                case BOOL -> from.get(p) == 0 ? 0 : 1;
            };
        }
    }

    /**
     * Halves values above the range of long. The lowest bit stays set if a lost bit was set, so that the result is
     * rounded correctly.
     */
    private static float unsignedToFloat(long value) {
        return value >= 0 ? (float) value : (float) (value >>> 1 | value & 1) * 2;
    }

    /** Converts IEEE 754 binary16 to binary32 exactly. */
    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0x1F) {
            return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }
}
