package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of the references that a method learns from. Tiles without pixels that count are left out, and so are the tiles of
 * an abnormal reference that do not show the defect.
 */
final class ReferenceTiles {
    private final Tiling tiling;
    private final List<Reference> learnt;

    /** For each reference its tiles by place. */
    private final List<Map<Integer, Reference>> tiles;

    ReferenceTiles(Tiling tiling, References references) {
        this.tiling = tiling;
        this.learnt = references.all().stream()
                .filter(known -> known.role() == Role.NORMAL || known.role() == Role.ABNORMAL)
                .toList();
        this.tiles = learnt.stream().map(this::tiles).toList();
    }

    private Map<Integer, Reference> tiles(Reference known) {
        Map<Integer, Reference> byPlace = new TreeMap<>();
        TileCut cut = new TileCut(tiling, known.image().rows());
        Mask marked = cut.scaled(known.mask());
        Mask out = cut.scaled(known.ignored());
        for (int i = 0; i < cut.count(); i++) {
            Mask ignored = cut.ignored(out, i);
            Mask defect = marked == null ? null : cut.mask(marked, i);
            boolean counts = ignored == null || ignored.share() < 1;
            if (counts && (known.role() == Role.NORMAL || defect != null && !defect.isEmpty())) {
                byPlace.put(
                        i,
                        new Reference(known.name() + ", tile " + (i + 1), known.role(), cut.tile(i), defect, ignored));
            }
        }
        return byPlace;
    }

    /** The references. */
    List<Reference> learnt() {
        return learnt;
    }

    /** The tiles of all places. */
    References all() {
        return Objects.requireNonNull(chosen((place, tile) -> true));
    }

    /**
     * For each place the tiles at the place and around it, and all defects; null for a place without normal tiles although
     * the references have normal tiles. All references have one size.
     */
    List<@Nullable References> around() {
        RgbImage first = learnt.get(0).image();
        TileCut cut = new TileCut(tiling, first.width(), first.height());
        return IntStream.range(0, cut.count())
                .mapToObj(place -> chosen((at, tile) -> tile.role() == Role.ABNORMAL || cut.touch(place, at)))
                .toList();
    }

    private @Nullable References chosen(BiPredicate<Integer, Reference> wanted) {
        References.Builder chosen = References.builder();
        boolean normal = false;
        boolean anyNormal = false;
        for (Map<Integer, Reference> image : tiles) {
            for (Map.Entry<Integer, Reference> entry : image.entrySet()) {
                Reference tile = entry.getValue();
                boolean good = tile.role() == Role.NORMAL;
                anyNormal |= good;
                if (wanted.test(entry.getKey(), tile)) {
                    chosen.add(tile.name(), tile.role(), tile.image(), tile.mask(), tile.ignored());
                    normal |= good;
                }
            }
        }
        return anyNormal && !normal ? null : chosen.build();
    }
}
