package dev.ideal4j.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** A page as HTML: its text, its title and its sections. */
final class Page {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create(), HeadingAnchorExtension.create()))
            .attributeProviderFactory(context -> Page::addAttributes)
            .escapeHtml(true)
            .build();

    private final Node document;
    private final List<Section> sections = new ArrayList<>();
    private String title = "";

    /**
     * A section that the menu shows.
     *
     * @param anchor its anchor in the page
     * @param title its heading
     */
    record Section(String anchor, String title) {}

    /** What links of a page become. */
    interface Targets {
        /** The address in the site of a link in Markdown; null where the text is to stand without a link. */
        String of(String target);
    }

    Page(String markdown, Targets targets) {
        document = PARSER.parse(markdown);
        // The renderer makes anchors in this order too.
        IdGenerator anchors = IdGenerator.builder().build();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                String text = text(heading);
                String anchor = anchors.generateId(text);
                if (heading.getLevel() == 1 && title.isEmpty()) {
                    title = text;
                } else if (heading.getLevel() == 2) {
                    sections.add(new Section(anchor, text));
                }
                visitChildren(heading);
            }

            @Override
            public void visit(Link link) {
                visitChildren(link);
                String target = targets.of(link.getDestination());
                if (target != null) {
                    link.setDestination(target);
                    return;
                }
                for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
                    link.insertBefore(child);
                }
                link.unlink();
            }

            @Override
            public void visit(Image image) {
                image.setDestination(targets.of(image.getDestination()));
            }
        });
    }

    private static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
                text.append(part.getLiteral());
            }
        });
        return text.toString();
    }

    private static void addAttributes(Node node, String tag, Map<String, String> attributes) {
        if (node instanceof Image) {
            attributes.put("loading", "lazy");
        } else if (node instanceof TableBlock && tag.equals("table")) {
            int columns = columns(node);
            attributes.put("class", columns > 6 ? "wide" : columns > 3 ? "some" : "few");
        }
    }

    private static int columns(Node table) {
        int columns = 0;
        for (Node cell = table.getFirstChild().getFirstChild().getFirstChild(); cell != null; cell = cell.getNext()) {
            columns++;
        }
        return columns;
    }

    String title() {
        return title;
    }

    List<Section> sections() {
        return List.copyOf(sections);
    }

    /** The text; wide tables and code can be moved sideways. */
    String html() {
        return RENDERER.render(document)
                .replace("<table", "<div class=\"table\" tabindex=\"0\"><table")
                .replace("</table>", "</table></div>")
                .replace("<pre>", "<pre tabindex=\"0\">");
    }
}
