package dev.ideal4j.cli;

import dev.ideal4j.eval.data.Datasets;
import dev.ideal4j.eval.data.IncompleteDatasetException;
import dev.ideal4j.eval.data.Indexed;
import dev.ideal4j.eval.data.MaskPairing;
import dev.ideal4j.eval.data.MetaJson;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "index",
        description =
                "Write the index file meta.json of a data set, as its published script does, but in an order that is the "
                        + "same on every machine.",
        mixinStandardHelpOptions = true)
final class IndexCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "NAME",
            description =
                    "Layout of the data set: MVTecAD, VisA, BTAD, MPDD, AITEX, BraTS, Liver, RESC, Real-IAD, or 'folder' "
                            + "for your own data. Your own data have the layout of MVTec AD; or folders good and others; or a "
                            + "dataset.csv with the columns image and label (good or defective) and optionally mask, product, "
                            + "type and split (train or test); or a COCO file; or LabelMe files beside the images. For them the "
                            + "command also says what it found.")
    private String dataset;

    @Option(
            names = "--pairing",
            paramLabel = "HOW",
            description =
                    "How a defective image is paired with its mask: ${COMPLETION-CANDIDATES}. order: by position among "
                            + "the sorted names, as published (which swaps a few masks of AITEX). name: by the name of the image. "
                            + "(default: order for published data sets, name for your own).")
    private MaskPairing pairing;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: meta.json in DIR).")
    private Path out;

    @Parameters(paramLabel = "DIR", description = "The data set's folder.")
    private Path root;

    @Override
    public void run() {
        boolean known = dataset.equals(Datasets.OWN) || Datasets.names().contains(dataset);
        new OptionRange(spec)
                .require(
                        known,
                        "--dataset",
                        dataset,
                        "one of " + String.join(", ", Datasets.names()) + ", " + Datasets.OWN);
        try {
            Indexed indexed = Datasets.index(dataset, root, pairing == null ? Datasets.pairing(dataset) : pairing);
            indexed.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
            MetaJson.write(indexed.index(), out == null ? root.resolve(MetaJson.NAME) : out);
            if (dataset.equals(Datasets.OWN)) {
                indexed.index()
                        .summary()
                        .forEach(line -> spec.commandLine().getOut().println(OneLine.of(line)));
            }
            spec.commandLine()
                    .getOut()
                    .println("normal_samples " + indexed.index().testImages(false) + " anomaly_samples "
                            + indexed.index().testImages(true));
        } catch (IncompleteDatasetException e) {
            e.unpaired().forEach(why -> spec.commandLine().getErr().println("unpaired: " + why));
            e.missing().forEach(path -> spec.commandLine().getErr().println("missing: " + path));
            throw e;
        }
    }
}
