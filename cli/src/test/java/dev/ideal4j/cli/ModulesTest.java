package dev.ideal4j.cli;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import dev.ideal4j.nve.NormalVariationEraser;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The module descriptors: what they export to everyone, and which services they provide. */
class ModulesTest {
    private static final int MOST_PUBLIC_TYPES = 120;

    private static final List<Class<?>> ONE_OF_EACH = List.of(
            Backends.class,
            VectorSupport.class,
            Backbones.class,
            NormalVariationEraser.class,
            IntrinsicDeviationEncoder.class,
            DetectorMethods.class,
            Evaluation.class,
            IdealCommand.class);

    @Test
    void modulesAreNamedAfterTheirPackages() {
        assertThat(modules().stream().map(module -> module.descriptor().name()))
                .containsExactly(ONE_OF_EACH.stream()
                        .map(type -> type.getPackageName().replaceAll("^(dev\\.ideal4j\\.\\w+).*", "$1"))
                        .toArray(String[]::new));
    }

    @Test
    void fewPublicTypesAreExportedToEveryone() throws Exception {
        Map<String, Path> types = exportedTypes();
        assertThat(types).hasSizeBetween(50, MOST_PUBLIC_TYPES);
    }

    @Test
    void everyExportedTypeHasJavadoc() throws Exception {
        for (Map.Entry<String, Path> type : exportedTypes().entrySet()) {
            String simple = type.getKey().substring(type.getKey().lastIndexOf('.') + 1);
            assertThat(Files.readString(type.getValue()))
                    .as(type.getKey())
                    .containsPattern(Pattern.compile("\\*/\\n(@.*\\n)*public [\\w ]*\\b" + simple + "\\b"));
        }
    }

    @Test
    void everyExportedPackageSaysWhatMayBeNull() throws Exception {
        for (ModuleReference module : modules()) {
            for (ModuleDescriptor.Exports exported : module.descriptor().exports()) {
                if (!exported.isQualified()) {
                    Class<?> described = Class.forName(exported.source() + ".package-info");
                    assertThat(described).as(exported.source()).hasAnnotation(NullMarked.class);
                }
            }
        }
    }

    @Test
    void theModulePathHasTheServicesOfTheClassPath() throws Exception {
        int services = 0;
        for (ModuleReference module : modules()) {
            Map<String, Set<String>> provided = new TreeMap<>();
            for (ModuleDescriptor.Provides entry : module.descriptor().provides()) {
                provided.put(entry.service(), new TreeSet<>(entry.providers()));
            }
            assertThat(provided).as(module.descriptor().name()).isEqualTo(servicesOfTheClassPath(module));
            services += provided.size();
        }
        assertThat(services).isPositive();
    }

    private static Map<String, Set<String>> servicesOfTheClassPath(ModuleReference module) throws IOException {
        String folder = "META-INF/services/";
        Map<String, Set<String>> services = new TreeMap<>();
        try (ModuleReader reader = module.open();
                Stream<String> names = reader.list()) {
            for (String name : names.filter(n -> n.startsWith(folder) && n.length() > folder.length())
                    .toList()) {
                String text = new String(reader.open(name).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
                services.put(
                        name.substring(folder.length()),
                        text.lines().filter(line -> !line.isBlank()).collect(toCollection(TreeSet::new)));
            }
        }
        return services;
    }

    /** Top-level types by name, each with its source file. */
    private static Map<String, Path> exportedTypes() throws Exception {
        Map<String, Path> types = new TreeMap<>();
        for (ModuleReference module : modules()) {
            String folder = module.descriptor().name().replaceAll(".*\\.", "");
            for (ModuleDescriptor.Exports exported : module.descriptor().exports()) {
                Path sources =
                        Path.of("..", folder, "src/main/java", exported.source().replace('.', '/'));
                if (exported.isQualified()) {
                    continue;
                }
                try (Stream<Path> files = Files.list(sources)) {
                    for (Path file :
                            files.filter(f -> !f.endsWith("package-info.java")).toList()) {
                        String name = exported.source() + "."
                                + file.getFileName().toString().replace(".java", "");
                        if (file.toString().endsWith(".java")
                                && Modifier.isPublic(Class.forName(name, false, ModulesTest.class.getClassLoader())
                                        .getModifiers())) {
                            types.put(name, file);
                        }
                    }
                }
            }
        }
        return types;
    }

    private static List<ModuleReference> modules() {
        return ONE_OF_EACH.stream().map(ModulesTest::moduleOf).toList();
    }

    private static ModuleReference moduleOf(Class<?> type) {
        try {
            Path place = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return ModuleFinder.of(place).findAll().iterator().next();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
