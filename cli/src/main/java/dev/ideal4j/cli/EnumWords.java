package dev.ideal4j.cli;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Values of options that are constants of an enum: words in small letters, joined by hyphens. Underscores are taken too. */
final class EnumWords {
    private EnumWords() {}

    /** The word of a constant. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Makes a command and the commands below it take such words. */
    static void register(CommandLine line) {
        for (OptionSpec option : line.getCommandSpec().options()) {
            if (option.type().isEnum()) {
                register(line, option.type());
            }
        }
        line.getSubcommands().values().forEach(EnumWords::register);
    }

    private static <T> void register(CommandLine line, Class<T> type) {
        T[] constants = type.getEnumConstants();
        ITypeConverter<T> converter = text -> Arrays.stream(constants)
                .filter(constant -> of((Enum<?>) constant)
                        .equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("found " + text + ", expected "
                        + String.join(
                                ", ",
                                Arrays.stream(constants)
                                        .map(each -> of((Enum<?>) each))
                                        .toList())));
        line.registerConverter(type, converter);
    }
}
