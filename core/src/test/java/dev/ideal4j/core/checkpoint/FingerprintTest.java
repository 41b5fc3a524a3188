package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    @TempDir
    Path folder;

    private static ArrayWeights weights(String name, Shape shape, float... values) {
        return new ArrayWeights("a").put(name, shape, values);
    }

    /** The published test vector of SHA-256. */
    @Test
    void ofAFileIsItsSha256() {
        Path file = Crafted.write(folder.resolve("abc"), Crafted.bytes("abc"));
        assertThat(Fingerprint.ofFile(file))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void dependsOnNamesShapesAndBitsOnly() {
        String fingerprint = Fingerprint.of(weights("w", Shape.of(2), 1, 0));
        assertThat(fingerprint).matches("[0-9a-f]{64}");
        assertThat(Fingerprint.of(weights("v", Shape.of(2), 1, 0))).isNotEqualTo(fingerprint);
        assertThat(Fingerprint.of(weights("w", Shape.of(2, 1), 1, 0))).isNotEqualTo(fingerprint);
        assertThat(Fingerprint.of(weights("w", Shape.of(2), 1, -0f))).isNotEqualTo(fingerprint);
        ArrayWeights one = weights("a", Shape.of(1), 1).put("b", Shape.of(1), new float[] {2});
        ArrayWeights other = weights("b", Shape.of(1), 2).put("a", Shape.of(1), new float[] {1});
        assertThat(Fingerprint.of(other)).isEqualTo(Fingerprint.of(one));
    }

    /** Computed with Python's hashlib over struct.pack(">i1sii", 1, b"w", 1, 2) + struct.pack("<2f", 1, 2). */
    @Test
    void staysTheSameForever() {
        assertThat(Fingerprint.of(weights("w", Shape.of(2), 1, 2)))
                .isEqualTo("501477772db9bc4dcc0bba1a1e3b9947bda734962315648856e3a6b2c2c9ef88");
    }
}
