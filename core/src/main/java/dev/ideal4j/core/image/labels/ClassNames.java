package dev.ideal4j.core.image.labels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the names of YOLO's classes from classes.txt or from {@code names} in data.yaml, in a folder or its parent
 * folder.
 */
final class ClassNames {
    private static final List<String> LISTS = List.of("classes.txt", "obj.names");
    private static final List<String> YAMLS = List.of("data.yaml", "dataset.yaml");

    private ClassNames() {}

    static boolean isList(Path file) {
        return LISTS.contains(String.valueOf(file.getFileName()));
    }

    static List<String> of(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        for (Path place = absolute;
                place != null && place.getNameCount() >= absolute.getNameCount() - 1;
                place = place.getParent()) {
            for (String name : LISTS) {
                if (Files.isRegularFile(place.resolve(name))) {
                    return BoxText.text(place.resolve(name))
                            .lines()
                            .map(String::strip)
                            .toList();
                }
            }
            for (String name : YAMLS) {
                if (Files.isRegularFile(place.resolve(name))) {
                    return yaml(place.resolve(name));
                }
            }
        }
        return List.of();
    }

    private static List<String> yaml(Path file) {
        try {
            JsonNode names = new YAMLMapper().readTree(file.toFile()).path("names");
            List<String> list = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                JsonNode name = names.isArray() ? names.get(i) : names.path(Integer.toString(i));
                list.add(name.asText(Integer.toString(i)));
            }
            return list;
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "broken YAML", "names: a list of classes", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
