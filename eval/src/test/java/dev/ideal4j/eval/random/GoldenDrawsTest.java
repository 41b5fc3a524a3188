package dev.ideal4j.eval.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.testing.Fixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Raw draws equal those of CPython and NumPy for every seed of the fixture. */
@Tag("golden")
class GoldenDrawsTest {
    private JsonNode draws;

    @BeforeEach
    void read() throws IOException {
        draws = new ObjectMapper().readTree(Fixture.file("meta/draws.json").toFile());
        assertThat(draws.path("seeds")).isNotEmpty();
    }

    @Test
    void pythonDraws() {
        draws.path("seeds").properties().forEach(entry -> {
            long seed = Long.parseLong(entry.getKey());
            JsonNode expected = entry.getValue();
            PythonRandom raw = new PythonRandom(seed);
            for (JsonNode word : expected.path("python_first_u32")) {
                assertThat(Integer.toUnsignedLong(raw.next32())).isEqualTo(word.asLong());
            }
            PythonRandom doubles = new PythonRandom(seed);
            for (JsonNode number : expected.path("python_first_random")) {
                assertThat(doubles.nextDouble()).isEqualTo(number.asDouble());
            }
            for (JsonNode one : expected.path("python_sample_fresh")) {
                assertThat(new PythonRandom(seed).sample(n(one), k(one))).containsExactly(ints(one));
            }
            for (JsonNode one : expected.path("python_choices_fresh")) {
                assertThat(new PythonRandom(seed).choices(n(one), k(one))).containsExactly(ints(one));
            }
            PythonRandom stream = new PythonRandom(seed);
            for (JsonNode one : expected.path("python_sample_stream")) {
                assertThat(stream.sample(n(one), k(one))).containsExactly(ints(one));
            }
            for (JsonNode one : expected.path("python_choices_after_that_stream")) {
                assertThat(stream.choices(n(one), k(one))).containsExactly(ints(one));
            }
        });
    }

    @Test
    void numpyDraws() {
        draws.path("seeds").properties().forEach(entry -> {
            long seed = Long.parseLong(entry.getKey());
            JsonNode expected = entry.getValue();
            NumpyRandom raw = new NumpyRandom(seed);
            for (JsonNode word : expected.path("numpy_first_u32")) {
                assertThat(Integer.toUnsignedLong(raw.next32())).isEqualTo(word.asLong());
            }
            expected.path("numpy_choice1_fresh").properties().forEach(one -> assertThat(
                            new NumpyRandom(seed).choice(Integer.parseInt(one.getKey())))
                    .isEqualTo(one.getValue().asInt()));
            NumpyRandom stream = new NumpyRandom(seed);
            for (JsonNode one : expected.path("numpy_choice1_stream")) {
                assertThat(stream.choice(n(one))).isEqualTo(one.path("result").asInt());
            }
        });
    }

    @Test
    void numpyChoicesWithoutReplacement() {
        draws.path("seeds").properties().forEach(entry -> {
            NumpyRandom stream = new NumpyRandom(Long.parseLong(entry.getKey()));
            for (JsonNode one : entry.getValue().path("numpy_choice_without_replacement_stream")) {
                assertThat(stream.choice(n(one), k(one))).containsExactly(ints(one));
            }
        });
    }

    @Test
    void defaultGenerator() {
        JsonNode expected = draws.path("default_rng_0");
        Pcg64 raw = new Pcg64(0);
        for (JsonNode word : expected.path("first_u64")) {
            assertThat(Long.toUnsignedString(raw.next64())).isEqualTo(word.asText());
        }
        Pcg64 halves = new Pcg64(0);
        for (JsonNode word : expected.path("first_u32_low_half_first")) {
            assertThat(Integer.toUnsignedLong(halves.next32())).isEqualTo(word.asLong());
        }
        int[] words = SeedSequence.words(0, expected.path("seed_sequence_u32").size());
        for (int i = 0; i < words.length; i++) {
            assertThat(Integer.toUnsignedLong(words[i]))
                    .isEqualTo(expected.path("seed_sequence_u32").get(i).asLong());
        }
        long[] small = new Pcg64(0).choice(1000, 100);
        for (int i = 0; i < small.length; i++) {
            assertThat(small[i])
                    .isEqualTo(expected.path("choice_1000_100").get(i).asLong());
        }
    }

    @Test
    void largeChoicesOfTheDefaultGenerator() throws NoSuchAlgorithmException {
        for (JsonNode one : draws.path("default_rng_0").path("choice_large")) {
            long[] drawn = new Pcg64(0).choice(one.path("n").asLong(), k(one));
            assertThat(Long.toString(Arrays.stream(drawn).sum()))
                    .isEqualTo(one.path("sum").asText());
            String joined = LongStream.of(drawn).mapToObj(Long::toString).collect(Collectors.joining(","));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(joined.getBytes(StandardCharsets.US_ASCII));
            assertThat(HexFormat.of().formatHex(digest))
                    .as(one.toString())
                    .isEqualTo(one.path("sha256").asText());
        }
    }

    private static int n(JsonNode one) {
        return one.path("n").asInt();
    }

    private static int k(JsonNode one) {
        return one.path("k").asInt();
    }

    private static int[] ints(JsonNode one) {
        int[] values = new int[one.path("result").size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = one.path("result").get(i).asInt();
        }
        return values;
    }
}
