package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The data sets whose layout is known, and users' data sets. */
public final class Datasets {
    /** A user's data set in the layout of MVTec AD, or with a {@code dataset.csv}. */
    public static final String OWN = "folder";

    private static final Map<String, Function<MaskPairing, Layout>> KNOWN = new LinkedHashMap<>();

    static {
        mvtec(
                "MVTecAD",
                "good",
                "_mask",
                "bottle cable capsule carpet grid hazelnut leather metal_nut pill screw tile toothbrush "
                        + "transistor wood zipper");
        KNOWN.put("VisA", pairing -> new VisaLayout());
        mvtec("BTAD", "ok", "", "01 02 03");
        mvtec("MPDD", "good", "_mask", "bracket_black bracket_brown bracket_white connector metal_plate tubes");
        mvtec("AITEX", "good", "_mask", "fabric");
        mvtec("BraTS", "good", "", "brain");
        mvtec("BraTS2021", "good", "", "brain");
        mvtec("Liver", "good", "", "liver");
        mvtec("RESC", "good", "", "eye");
        KNOWN.put("Real-IAD", pairing -> new RealIadLayout());
    }

    private Datasets() {}

    private static void mvtec(String name, String normal, String maskSuffix, String products) {
        KNOWN.put(
                name,
                pairing -> new FolderLayout(
                        name, List.of(products.split(" ")), Set.of(normal), maskSuffix, pairing, true, true));
    }

    /** The names that {@link #index} accepts, without {@link #OWN}. */
    public static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /**
     * Indexes a data set as its published script does, in sorted order.
     *
     * @param name one of {@link #names()}, or {@link #OWN}
     * @param root its folder
     * @param pairing how masks are found, if the layout leaves a choice
     * @throws IncompleteDatasetException if files are missing
     */
    public static Indexed index(String name, Path root, MaskPairing pairing) {
        if (!Files.isDirectory(root)) {
            throw new FileAccessException(root, "no such folder");
        }
        if (name.equals(OWN)) {
            Layout own =
                    Files.isRegularFile(root.resolve(CsvLayout.TABLE)) ? new CsvLayout() : new OwnFolderLayout(pairing);
            return own.index(root);
        }
        Function<MaskPairing, Layout> layout = KNOWN.get(name);
        if (layout == null) {
            throw new InvalidInputException("data set", name, "one of " + String.join(", ", names()) + ", " + OWN);
        }
        return layout.apply(pairing).index(root);
    }

    /** The default pairing of masks: as published for published data sets, by name for users' data sets. */
    public static MaskPairing pairing(String name) {
        return KNOWN.containsKey(name) ? MaskPairing.ORDER : MaskPairing.NAME;
    }
}
