package dev.ideal4j.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share: {@code 5%} or {@code 0.05}. */
final class RateConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        String number = text.trim();
        boolean percent = number.endsWith("%");
        try {
            double value = Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
            double share = percent ? value / 100 : value;
            if (share > 0 && share < 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Fails below, as for any other text.
        }
        throw new TypeConversionException("found " + text + ", expected above 0% and below 100%: 5%, or 0.05");
    }
}
