package dev.ideal4j.eval.demo;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.Random;

/**
 * A generated data set: eight kinds of textured parts with painted defects and exact masks. Every picture follows from
 * the seed, the difficulty and its own name alone, whatever was asked for before; there are as many as one likes.
 *
 * <p>Difficulty 0 is a tidy inspection line whose defects a person sees at once. Towards 1, good parts differ more,
 * harmless dust, shadows and glare appear on good and bad ones alike, and defects become smaller and fainter.
 */
public final class DemoDataset {
    /** The kind of a picture without a defect. */
    public static final String GOOD = "good";

    private static final List<Part> PARTS = List.of(
            new Board(), new Capsule(), new Fabric(), new Grid(), new Leather(), new Ring(), new Tile(), new Wood());

    private static final int LEAST_MASK = 25;

    private final long seed;
    private final double difficulty;

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

    /** Names of the parts, sorted. */
    public List<String> parts() {
        return PARTS.stream().map(Part::name).toList();
    }

    /** The kinds of defects of a part, sorted. */
    public List<String> defects(String part) {
        return find(part).flaws();
    }

    /** A good picture for training; none of them is a test picture. */
    public DemoSample train(String part, int index) {
        return sample(find(part), "train", GOOD, index);
    }

    /**
     * A test picture.
     *
     * @param kind {@link #GOOD} or one of {@link #defects}
     */
    public DemoSample test(String part, String kind, int index) {
        Part found = find(part);
        if (!kind.equals(GOOD) && !found.flaws().contains(kind)) {
            throw new InvalidInputException("defect of " + part, kind, "good or one of " + found.flaws());
        }
        return sample(found, "test", kind, index);
    }

    private DemoSample sample(Part part, String split, String kind, int index) {
        long own = Noise.seed(seed, part.name(), split, kind, Integer.toString(index));
        double spread = 1 + 1.5 * difficulty;
        Light light = Light.draw(new Random(Noise.seed(own, "light")), spread);
        float[] good = lit(part, own, spread, light, flaw(part, GOOD, own));
        float[] lit = good;
        Mask mask = new Mask(part.size(), part.size(), new boolean[part.size() * part.size()]);
        for (int attempt = 0; !kind.equals(GOOD) && count(mask) < LEAST_MASK; attempt++) {
            lit = lit(part, own, spread, light, flaw(part, kind, Noise.seed(own, Integer.toString(attempt))));
            mask = Camera.difference(good, lit, part.size());
        }
        double noise = 2 + difficulty;
        RgbImage image = Camera.take(lit, part.size(), new Random(Noise.seed(own, "sensor")), noise);
        return new DemoSample(part.name(), kind, index, image, mask);
    }

    private Flaw flaw(Part part, String kind, long own) {
        double strength = 1 - 0.6 * difficulty;
        double scale = part.size() / 320.0 * (1 - 0.35 * difficulty);
        return new Flaw(kind, new Random(Noise.seed(own, "flaw")), strength, scale);
    }

    private float[] lit(Part part, long own, double spread, Light light, Flaw flaw) {
        Surface surface = new Surface(part.size());
        part.paint(surface, new Random(Noise.seed(own, "part")), spread, flaw);
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

    private static Part find(String name) {
        for (Part part : PARTS) {
            if (part.name().equals(name)) {
                return part;
            }
        }
        List<String> names = PARTS.stream().map(Part::name).toList();
        throw new InvalidInputException("part", name, "one of " + names);
    }
}
