package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionValuesTest {
    private enum Colour {
        RED
    }

    private static final MethodOption<Integer> COUNT = MethodOption.of("count", "N", 3, "A number.");
    private static final MethodOption<Colour> COLOUR = MethodOption.of("colour", "C", Colour.RED, "A colour.");
    private static final List<MethodOption<?>> OPTIONS = List.of(COUNT, COLOUR);

    @Test
    void theTextsOfAllDefaultsOfAllMethodsAreReadBack() {
        int options = 0;
        for (String name : DetectorMethods.names()) {
            DetectorMethod method = DetectorMethods.named(name);
            Map<String, String> texts = new LinkedHashMap<>();
            method.options()
                    .forEach(option -> texts.put(
                            option.name(),
                            option.fallback() == null ? "" : option.fallback().toString()));
            OptionValues values = OptionValues.parsed(method.options(), texts);
            for (MethodOption<?> option : method.options()) {
                assertThat(values.get(option)).as(name + " " + option.name()).isEqualTo(option.fallback());
                options++;
            }
        }
        assertThat(options).isGreaterThan(20);
    }

    @Test
    void textsChooseValues() {
        OptionValues values = OptionValues.parsed(OPTIONS, Map.of("count", "7", "colour", "RED", "other", "x"));
        assertThat(values.get(COUNT)).isEqualTo(7);
        assertThat(values.get(COLOUR)).isEqualTo(Colour.RED);
    }

    @Test
    void textsThatStandForNothingAreRefused() {
        assertThatThrownBy(() -> OptionValues.parsed(OPTIONS, Map.of("count", "many")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("option count: found many, expected Integer");
        assertThatThrownBy(() -> OptionValues.parsed(OPTIONS, Map.of("colour", "blue")))
                .hasMessage("option colour: found blue, expected one of [RED]");
    }
}
