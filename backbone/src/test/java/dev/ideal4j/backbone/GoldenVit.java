package dev.ideal4j.backbone;

import dev.ideal4j.core.testing.Fixture;

/** The tiny published-style transformers of the fixtures, made from the settings these state. */
public final class GoldenVit {
    private GoldenVit() {}

    /** The seeded weights that a fixture of {@code backbone/} was computed with. */
    public static VitWeights weights(Fixture fixture) {
        return VitWeights.seeded(config(fixture), fixture.meta("seed_prefix"));
    }

    static VitConfig config(Fixture fixture) {
        int width = fixture.metaInt("embed");
        boolean swiglu = fixture.meta("ffn", "mlp").equals("swiglu");
        int registers = Integer.parseInt(fixture.meta("regs", "0"));
        boolean antialias = Boolean.parseBoolean(fixture.meta("antialias", "false"));
        double offset = Double.parseDouble(fixture.meta("offset", "0.1"));
        return new VitConfig(
                width,
                fixture.metaInt("depth"),
                fixture.metaInt("heads"),
                swiglu ? swigluWidth(width) : 4 * width,
                swiglu,
                registers,
                Integer.parseInt(fixture.meta("patch_size", "14")),
                37,
                new VitConfig.Position(offset, antialias));
    }

    /** Two thirds of four times the width, rounded up to a multiple of 8, as the published SwiGLU layer has it. */
    private static int swigluWidth(int width) {
        return (4 * width * 2 / 3 + 7) / 8 * 8;
    }
}
