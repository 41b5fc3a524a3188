package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ElementTypeTest {
    private static float decode(ElementType type, long bits) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bits);
        float[] value = new float[2];
        type.decode(bytes, 1, value, 1);
        assertThat(value[0]).isZero();
        return value[1];
    }

    /** All 65536, by the definition of the format. */
    @Test
    void convertsEveryHalf() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            double magnitude;
            if (exponent == 31) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            } else if (exponent == 0) {
                magnitude = fraction * Math.pow(2, -24);
            } else {
                magnitude = (1024 + fraction) * Math.pow(2, exponent - 25);
            }
            float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
            assertThat(Float.compare(decode(ElementType.F16, bits), expected))
                    .as("half %04x", bits)
                    .isZero();
        }
    }

    @Test
    void convertsBfloat16ByItsUpperBits() {
        assertThat(decode(ElementType.BF16, 0x3FC0)).isEqualTo(1.5f);
        assertThat(decode(ElementType.BF16, 0x8001)).isEqualTo(Float.intBitsToFloat(0x80010000));
        assertThat(decode(ElementType.BF16, 0x7FC0)).isNaN();
        assertThat(decode(ElementType.BF16, 0xFF80)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void roundsWiderTypesToNearest() {
        assertThat(decode(ElementType.F64, Double.doubleToLongBits(Math.PI))).isEqualTo((float) Math.PI);
        assertThat(decode(ElementType.F64, Double.doubleToLongBits(1e300))).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(decode(ElementType.I64, (1L << 24) + 1)).isEqualTo(0x1p24f);
        assertThat(decode(ElementType.I32, -7)).isEqualTo(-7);
        for (long bits : new long[] {-1, Long.MIN_VALUE, Long.MIN_VALUE + 1, (0xFFFFFFL << 40) + (1L << 39) + 1, 5}) {
            BigInteger unsigned = new BigInteger(Long.toUnsignedString(bits));
            assertThat(decode(ElementType.U64, bits)).isEqualTo(unsigned.floatValue());
        }
    }

    @Test
    void keepsSignedAndUnsignedApart() {
        assertThat(decode(ElementType.I8, 0xFF)).isEqualTo(-1);
        assertThat(decode(ElementType.U8, 0xFF)).isEqualTo(255);
        assertThat(decode(ElementType.I16, 0xFFFF)).isEqualTo(-1);
        assertThat(decode(ElementType.U16, 0xFFFF)).isEqualTo(65535);
        assertThat(decode(ElementType.U32, 0xFFFFFFFFL)).isEqualTo(0x1p32f);
        assertThat(decode(ElementType.BOOL, 2)).isEqualTo(1);
    }
}
