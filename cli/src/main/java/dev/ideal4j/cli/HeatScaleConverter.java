package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.HeatScale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code LOW,HIGH}. */
final class HeatScaleConverter implements ITypeConverter<HeatScale> {
    static HeatScale parse(String text) {
        String[] ends = text.split(",", -1);
        try {
            if (ends.length == 2) {
                return new HeatScale(Float.parseFloat(ends[0].trim()), Float.parseFloat(ends[1].trim()));
            }
        } catch (NumberFormatException e) {
            // Fails below, as for any other text.
        }
        throw new InvalidInputException("heat-map scale", text, "two numbers, the lower one first: 0.1,0.5");
    }

    @Override
    public HeatScale convert(String text) {
        try {
            return parse(text);
        } catch (InvalidInputException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
