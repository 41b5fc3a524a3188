package dev.ideal4j.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description =
                "Make a fitted detector forget references. No image goes through the network, and the threshold is "
                        + "found anew.",
        mixinStandardHelpOptions = true)
final class RemoveCommand implements Runnable {
    @Mixin
    private ProductOptions product;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "NAME",
            description = "Names of references, as 'ideal show' lists them.")
    private List<String> names;

    @Override
    public void run() {
        product.change(product.saved(), fitted -> fitted.without(names));
    }
}
