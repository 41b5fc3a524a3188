package dev.ideal4j.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes the site of the Markdown files that {@code contents.txt} lists. Links between them become links between pages.
 * Images and the sources that they name are copied. A link to a folder becomes text.
 */
public final class Site {
    private final Path root;
    private final Path out;
    private final String version;
    private final Contents contents;
    private final String template;

    private Site(Path root, Path out, String version) {
        this.root = root.toAbsolutePath().normalize();
        this.out = out.toAbsolutePath().normalize();
        this.version = version;
        contents = Contents.parse(resource("contents.txt").lines().toList());
        template = resource("page.html");
    }

    /**
     * Makes the site.
     *
     * @param args the root of the repository, the folder to write to, and the version of ideal4j
     * @throws IOException if a file cannot be read or written, or a link leads nowhere
     */
    public static void main(String[] args) throws IOException {
        make(Path.of(args[0]), Path.of(args[1]), args[2]);
    }

    /** As {@link #main}. */
    static void make(Path root, Path out, String version) throws IOException {
        new Site(root, out, version).make();
    }

    private void make() throws IOException {
        write(Path.of("style.css"), resource("style.css"));
        for (Contents.Entry entry : contents.entries()) {
            Page page = new Page(Files.readString(root.resolve(entry.source())), target -> link(entry, target));
            write(entry.page(), filled(entry.page(), page.title(), menu(entry, page), page.html()));
        }
    }

    /** A link of a page, as it is in the site. */
    private String link(Contents.Entry entry, String target) {
        if (target.startsWith("#") || target.contains("://") || target.startsWith("mailto:")) {
            return target;
        }
        String[] parts = target.split("#", 2);
        Path file = root.resolve(entry.source()).resolveSibling(parts[0]).normalize();
        Path source = root.relativize(file);
        String anchor = parts.length == 1 ? "" : "#" + parts[1];
        try {
            if (Files.isDirectory(file)) {
                return null;
            }
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(entry.source() + " has a link to " + target + ", which is no file");
            }
            Path page = contents.of(source).map(Contents.Entry::page).orElse(null);
            if (page == null) {
                page = source.startsWith("docs/images") ? image(source) : code(source);
            }
            return relative(entry.page(), page) + anchor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path image(Path source) throws IOException {
        Path copy = Path.of("docs").relativize(source);
        Files.createDirectories(out.resolve(copy).getParent());
        Files.copy(root.resolve(source), out.resolve(copy), StandardCopyOption.REPLACE_EXISTING);
        return copy;
    }

    /** A page with a file of the repository as it is. */
    private Path code(Path source) throws IOException {
        Path page = Path.of("source", source + ".html");
        String text = "<h1>" + escaped(source.toString()) + "</h1>\n<pre tabindex=\"0\"><code>"
                + escaped(Files.readString(root.resolve(source))) + "</code></pre>\n";
        Contents.Entry none = new Contents.Entry("", source, page);
        write(page, filled(page, source.getFileName().toString(), menu(none, null), text));
        return page;
    }

    private String menu(Contents.Entry current, Page page) {
        StringBuilder menu = new StringBuilder();
        for (Map.Entry<String, List<Contents.Entry>> group : contents.groups().entrySet()) {
            menu.append("<h2>" + escaped(group.getKey()) + "</h2>\n<ul>\n");
            for (Contents.Entry entry : group.getValue()) {
                boolean here = entry.equals(current);
                menu.append("<li><a href=\"" + relative(current.page(), entry.page()) + "\""
                        + (here ? " aria-current=\"page\"" : "") + ">" + escaped(entry.title()) + "</a>");
                if (here && page.sections().size() > 1) {
                    menu.append(page.sections().stream()
                            .map(section -> "<li><a href=\"#" + section.anchor() + "\">" + escaped(section.title())
                                    + "</a></li>\n")
                            .collect(Collectors.joining("", "\n<ul>\n", "</ul>")));
                }
                menu.append("</li>\n");
            }
            menu.append("</ul>\n");
        }
        return menu.toString();
    }

    private String filled(Path page, String title, String menu, String text) {
        return template.replace("{title}", escaped(title))
                .replace("{root}", relative(page, Path.of("")))
                .replace("{version}", escaped(version))
                .replace("{menu}", menu)
                .replace("{text}", text);
    }

    /** The address of a file from a page, with slashes. */
    private static String relative(Path page, Path file) {
        Path folder = page.getParent() == null ? Path.of("") : page.getParent();
        String address = folder.relativize(file).toString().replace('\\', '/');
        return file.toString().isEmpty() && !address.isEmpty() ? address + "/" : address;
    }

    private void write(Path file, String text) throws IOException {
        Path path = out.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String resource(String name) {
        try (InputStream in = Site.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
