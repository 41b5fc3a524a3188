package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.training.TrainableMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of all methods as options of a command, grouped by the methods that have them. Methods whose options have the
 * same name share the option.
 */
enum MethodOptions {
    /** Settings of detectors. */
    DETECTOR(DetectorMethod::options),

    /** Settings of trainings. */
    TRAINING(method -> method instanceof TrainableMethod trainable ? trainable.trainingOptions() : List.of());

    private final Function<DetectorMethod, List<MethodOption<?>>> options;

    MethodOptions(Function<DetectorMethod, List<MethodOption<?>>> options) {
        this.options = options;
    }

    /** Adds the options of detectors to a command. */
    static final class OfDetectors implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            return DETECTOR.addTo(command);
        }
    }

    /** Adds the options of trainings to a command. */
    static final class OfTrainings implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            return TRAINING.addTo(command);
        }
    }

    /** An option, and its description by each method that has it. */
    private record Shared(MethodOption<?> option, Map<String, MethodOption<?>> byMethod) {}

    private CommandSpec addTo(CommandSpec command) {
        Map<String, Shared> shared = new LinkedHashMap<>();
        for (DetectorMethod method : DetectorMethods.all()) {
            for (MethodOption<?> option : options.apply(method)) {
                shared.computeIfAbsent(option.name(), name -> new Shared(option, new LinkedHashMap<>()))
                        .byMethod()
                        .put(method.name(), option);
            }
        }
        Map<String, List<Shared>> groups = new LinkedHashMap<>();
        shared.values().forEach(option -> groups.computeIfAbsent(
                        String.join(", ", option.byMethod().keySet()), methods -> new ArrayList<>())
                .add(option));
        groups.forEach((methods, members) -> {
            ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                    .validate(false)
                    .heading("%nOptions of --detector " + methods + ":%n")
                    .order(command.argGroups().size());
            members.forEach(member -> group.addArg(spec(member)));
            command.addArgGroup(group.build());
        });
        return command;
    }

    private static OptionSpec spec(Shared shared) {
        MethodOption<?> option = shared.option();
        OptionSpec.Builder spec = OptionSpec.builder("--" + option.name())
                .type(option.type())
                .description(description(shared).replace("%", "%%"));
        if (option.type() == Boolean.class) {
            spec.arity("0");
        } else {
            spec.paramLabel(option.label());
        }
        return spec.build();
    }

    /** The descriptions of the methods; one description if all methods have the same. */
    private static String description(Shared shared) {
        Map<String, List<String>> methods = new LinkedHashMap<>();
        shared.byMethod()
                .forEach((method, option) -> methods.computeIfAbsent(option.description(), text -> new ArrayList<>())
                        .add(method));
        if (methods.size() > 1) {
            return shared.byMethod().entrySet().stream()
                    .map(entry -> entry.getKey() + ": "
                            + withDefault(
                                    entry.getValue().description(),
                                    entry.getValue(),
                                    text(entry.getValue().fallback())))
                    .collect(Collectors.joining(" "));
        }
        Map<String, List<String>> defaults = new LinkedHashMap<>();
        shared.byMethod().forEach((method, option) -> defaults.computeIfAbsent(
                        text(option.fallback()), text -> new ArrayList<>())
                .add(method));
        String fallback = defaults.size() == 1
                ? defaults.keySet().iterator().next()
                : defaults.entrySet().stream()
                        .map(entry -> entry.getKey() + " for " + String.join(", ", entry.getValue()))
                        .collect(Collectors.joining("; "));
        return withDefault(shared.option().description(), shared.option(), fallback);
    }

    private static String withDefault(String description, MethodOption<?> option, String fallback) {
        if (option.fallback() == null || option.type() == Boolean.class) {
            return description;
        }
        String choice = option.type().isEnum()
                ? " "
                        + Stream.of(option.type().getEnumConstants())
                                .map(MethodOptions::text)
                                .collect(Collectors.joining(", "))
                        + ";"
                : "";
        return description.replaceAll("\\.$", "") + " (" + (choice.isEmpty() ? "" : "one of" + choice + " ")
                + "default: " + fallback + ").";
    }

    private static String text(Object value) {
        return value instanceof Enum<?> constant
                ? EnumWords.of(constant)
                : String.valueOf(value).replaceAll("\\.0$", "").replaceAll("\\.0E", "e");
    }

    /**
     * The values given on the command line for a method's options.
     *
     * @throws CommandLine.ParameterException if the command line has an option that the method does not have
     */
    OptionValues values(CommandSpec command, DetectorMethod method) {
        Map<String, Object> given = given(command);
        List<MethodOption<?>> own = options.apply(method);
        given.keySet().forEach(name -> {
            if (own.stream().noneMatch(mine -> mine.name().equals(name))) {
                throw usage(command, "--" + name + " is not an option of --detector " + method.name());
            }
        });
        return OptionValues.of(own, given);
    }

    /** The values given on the command line for any method's options, by name. */
    private Map<String, Object> given(CommandSpec command) {
        CommandLine.ParseResult parsed = command.commandLine().getParseResult();
        Map<String, Object> given = new LinkedHashMap<>();
        for (DetectorMethod any : DetectorMethods.all()) {
            for (MethodOption<?> option : options.apply(any)) {
                OptionSpec matched = parsed.matchedOption("--" + option.name());
                if (matched != null) {
                    given.put(option.name(), matched.getValue());
                }
            }
        }
        return given;
    }

    private static CommandLine.ParameterException usage(CommandSpec command, String message) {
        return new CommandLine.ParameterException(command.commandLine(), message);
    }

    /**
     * Checks that each value is in its range.
     *
     * @throws CommandLine.ParameterException if a value is out of its range; the message names the option as it was typed
     */
    void check(CommandSpec command, DetectorMethod method) {
        OptionValues all = values(command, method);
        try {
            accept(method, all);
        } catch (InvalidInputException e) {
            throw named(command, method, values -> accept(method, values), e);
        }
    }

    /**
     * Makes an error about values. If it is about one option alone, its message names the option as it was typed.
     *
     * @param trial accepts values or throws
     */
    RuntimeException named(
            CommandSpec command, DetectorMethod method, Consumer<OptionValues> trial, InvalidInputException error) {
        List<MethodOption<?>> own = options.apply(method);
        for (Map.Entry<String, Object> option : given(command).entrySet()) {
            try {
                trial.accept(OptionValues.of(own, Map.of(option.getKey(), option.getValue())));
            } catch (InvalidInputException e) {
                if (e.getMessage().equals(error.getMessage())) {
                    return usage(command, typed("--" + option.getKey(), option.getValue(), e.getMessage()));
                }
            }
        }
        return error;
    }

    /** An error's message. If it is about the option's value, the option replaces the method's name for it. */
    private static String typed(String option, Object value, String message) {
        int found = message.indexOf(": found " + value + ",");
        return found < 0 ? option + " " + value + ": " + message : option + message.substring(found);
    }

    private void accept(DetectorMethod method, OptionValues values) {
        if (this == DETECTOR) {
            method.check(values);
        } else {
            ((TrainableMethod) method).training(values);
        }
    }

    /** All values of a method's options as text; empty for a value that depends on other options. */
    Map<String, String> texts(DetectorMethod method, OptionValues values) {
        Map<String, String> texts = new LinkedHashMap<>();
        options.apply(method).forEach(option -> {
            Object value = values.get(option);
            texts.put(option.name(), value == null ? "" : value.toString());
        });
        return texts;
    }

    /**
     * Checks that the options equal the settings of a fitted detector.
     *
     * @throws CommandLine.ParameterException if an option differs, or the method does not have it
     */
    void checkFitted(CommandSpec command, DetectorMethod method, FitNotes notes) {
        values(command, method);
        given(command)
                .forEach((name, value) -> notes.require(
                        command, "--" + name, value, notes.option(name), noted -> noted.equals(value.toString())));
    }

    /** The values that a fit noted. */
    OptionValues noted(DetectorMethod method, FitNotes notes) {
        return OptionValues.parsed(options.apply(method), notes.options());
    }

    /**
     * The method with a name.
     *
     * @throws CommandLine.ParameterException if no method has it
     */
    static DetectorMethod method(CommandSpec command, String name) {
        try {
            return DetectorMethods.named(name);
        } catch (InvalidInputException e) {
            throw new CommandLine.ParameterException(command.commandLine(), "--" + e.getMessage());
        }
    }
}
