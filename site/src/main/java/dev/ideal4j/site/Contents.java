package dev.ideal4j.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of the site, in groups, in the order of the menu.
 *
 * @param groups the entries of each group, by its name
 */
record Contents(Map<String, List<Entry>> groups) {
    /**
     * A page.
     *
     * @param title its title in the menu
     * @param source its Markdown file, from the root of the repository
     * @param page its HTML file, from the root of the site
     */
    record Entry(String title, Path source, Path page) {}

    /** Reads lines {@code # GROUP} and {@code TITLE | FILE.md | FILE.html}. */
    static Contents parse(List<String> lines) {
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        List<Entry> group = List.of();
        for (String line : lines) {
            if (line.startsWith("# ")) {
                group = new ArrayList<>();
                groups.put(line.substring(2), group);
            } else if (!line.isBlank()) {
                String[] parts = line.split("\\|");
                group.add(new Entry(parts[0].strip(), Path.of(parts[1].strip()), Path.of(parts[2].strip())));
            }
        }
        return new Contents(groups);
    }

    /** All pages in order. */
    List<Entry> entries() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /** The page that is made of a file, if there is one. */
    Optional<Entry> of(Path source) {
        return entries().stream().filter(entry -> entry.source().equals(source)).findFirst();
    }
}
