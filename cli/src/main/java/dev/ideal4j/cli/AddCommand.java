package dev.ideal4j.cli;

import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "add",
        description = {
            "Teach a fitted detector more references: a false alarm as --normal, a missed defect as --abnormal with its "
                    + "--mask.",
            "Only the added images go through the network. The result is that of a fit to all references, and the "
                    + "threshold is found anew."
        },
        mixinStandardHelpOptions = true)
final class AddCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ProductOptions product;

    @Mixin
    private ReferenceOptions references;

    @Override
    public void run() {
        if (!references.isOfOneProduct()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "give --normal, --abnormal, --calibration or --calibration-defects, and no --product-root or "
                            + "--without-normal");
        }
        FittedDetectors.Saved saved = product.saved();
        FitNotes notes = new FitNotes(product.file(), saved.notes());
        OptionValues values = MethodOptions.DETECTOR.noted(saved.method(), notes);
        references.checkRoles(saved.method(), values);
        boolean masked = saved.method().usesMasks(values);
        PrintWriter err = spec.commandLine().getErr();
        references.recall(notes);
        ImageFiles files = references.images(err);
        References more = references.read(masked, files);
        references.ignored(files).noteUnused(err);
        product.change(saved, fitted -> fitted.with(more));
    }
}
