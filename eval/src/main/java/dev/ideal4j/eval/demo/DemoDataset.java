package dev.ideal4j.eval.demo;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A generated data set: eight kinds of textured parts with painted defects and exact masks. Each kind has any number of
 * further products, {@code fabric-1}, {@code fabric-2}, …, with the same drawing in other colours, contrasts and directions.
 * There is any number of images. An image depends only on the seed, the difficulty and its name, not on earlier images.
 *
 * <p>At difficulty 0 parts are clean and defects are obvious. Towards 1, good parts differ more, defects become smaller and
 * fainter, and harmless dust, shadows and glare appear on good and defective parts.
 */
public final class DemoDataset {
    /** The kind of an image without a defect. */
    public static final String GOOD = "good";

    private static final List<Part> PARTS = List.of(
            new Board(), new Capsule(), new Fabric(), new Grid(), new Leather(), new Ring(), new Tile(), new Wood());

    private static final char SEPARATOR = '-';
    private static final Pattern NAME = Pattern.compile("([a-z]+)(?:" + SEPARATOR + "([1-9][0-9]{0,5}))?");

    private static final int LEAST_MASK = 25;

    private final long seed;
    private final double difficulty;

    /** The part that a thread has painted last. */
    private final ThreadLocal<Map<List<Object>, float[]>> recent = ThreadLocal.withInitial(Recent::new);

    private static final class Recent extends LinkedHashMap<List<Object>, float[]> {
        private static final long serialVersionUID = 1L;
        private static final int KEPT = 3;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, float[]> eldest) {
            return size() > KEPT;
        }
    }

    /**
     * @param seed any number
     * @param difficulty 0 to 1
     */
    public DemoDataset(long seed, double difficulty) {
        if (!(difficulty >= 0 && difficulty <= 1)) {
            throw new InvalidInputException("difficulty", Double.toString(difficulty), "0 to 1");
        }
        this.seed = seed;
        this.difficulty = difficulty;
    }

    /** The names of the basic products, one of each kind, sorted. */
    public List<String> parts() {
        return PARTS.stream().map(Part::name).toList();
    }

    /**
     * The names of further products, kind after kind.
     *
     * @param first number of the first product of a kind, from 1
     * @param count number of products of each kind
     */
    public List<String> variants(int first, int count) {
        return PARTS.stream()
                .flatMap(part ->
                        IntStream.range(first, first + count).mapToObj(number -> part.name() + SEPARATOR + number))
                .toList();
    }

    /** The kind of a product: {@code fabric} for {@code fabric-2}. */
    public static String kind(String part) {
        return find(part).part.name();
    }

    /** The kinds of defects of a part, sorted. */
    public List<String> defects(String part) {
        return find(part).part.defects();
    }

    /** A good image for training. No test image equals it. */
    public DemoSample train(String part, int index) {
        return sample(find(part), "train", GOOD, index);
    }

    /**
     * A test image.
     *
     * @param kind {@link #GOOD} or one of {@link #defects}
     */
    public DemoSample test(String part, String kind, int index) {
        Product found = find(part);
        if (!kind.equals(GOOD) && !found.part.defects().contains(kind)) {
            throw new InvalidInputException("defect of " + part, kind, "good or one of " + found.part.defects());
        }
        return sample(found, "test", kind, index);
    }

    /** A product: a kind of part, and its style, or null for the basic product. */
    private record Product(String name, Part part, Style style) {
        float[] styled(float[] lit) {
            return style == null ? lit : style.apply(lit, part.size());
        }
    }

    private DemoSample sample(Product product, String split, String kind, int index) {
        Part part = product.part;
        long own = Noise.seed(seed, part.name(), split, kind, Integer.toString(index));
        double spread = 1 + 1.5 * difficulty;
        Light light = Light.draw(new Random(Noise.seed(own, "light")), spread);
        float[] good = product.styled(lit(part, own, spread, light, GOOD, own));
        float[] lit = good;
        Mask mask = new Mask(part.size(), part.size(), new boolean[part.size() * part.size()]);
        for (int attempt = 0; !kind.equals(GOOD) && count(mask) < LEAST_MASK; attempt++) {
            long defect = Noise.seed(own, Integer.toString(attempt));
            lit = product.styled(lit(part, own, spread, light, kind, defect));
            mask = Camera.difference(good, lit, part.size());
        }
        double noise = 2 + difficulty;
        long sensor = Noise.seed(own, product.style == null ? "sensor" : product.name);
        RgbImage image = Camera.take(lit, part.size(), new Random(sensor), noise);
        return new DemoSample(product.name, kind, index, image, mask);
    }

    private Defect defect(Part part, String kind, long own) {
        double strength = 1 - 0.6 * difficulty;
        double scale = part.size() / 320.0 * (1 - 0.35 * difficulty);
        return new Defect(kind, new Random(Noise.seed(own, "flaw")), strength, scale);
    }

    /** A lit part. Consecutive requests for products of the same kind share it. */
    private float[] lit(Part part, long own, double spread, Light light, String kind, long defect) {
        return recent.get()
                .computeIfAbsent(
                        List.of(own, defect, kind), key -> paint(part, own, spread, light, defect(part, kind, defect)));
    }

    private float[] paint(Part part, long own, double spread, Light light, Defect defect) {
        Surface surface = new Surface(part.size());
        part.paint(surface, new Random(Noise.seed(own, "part")), spread, defect);
        Clutter.add(surface, new Random(Noise.seed(own, "clutter")), difficulty);
        return surface.shade(light);
    }

    private static int count(Mask mask) {
        int count = 0;
        for (boolean pixel : mask.pixels()) {
            count += pixel ? 1 : 0;
        }
        return count;
    }

    private static Product find(String name) {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            for (Part part : PARTS) {
                if (part.name().equals(matcher.group(1))) {
                    int number = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
                    return new Product(name, part, Style.of(part.name(), number));
                }
            }
        }
        List<String> names = PARTS.stream().map(Part::name).toList();
        throw new InvalidInputException("part", name, "one of " + names + ", or NAME-1, NAME-2, …");
    }
}
