package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Detects the architecture of weights by the names of the tensors. */
final class Cnns {
    /** Two tensors with the same outer prefix that together identify an architecture. */
    private record Mark(String tensor, String beside, Function<Weights, Cnn> make) {}

    private static final List<Mark> MARKS = List.of(
            new Mark("layer4.0.conv1.weight", "bn1.running_var", ResNet::new),
            new Mark("features.18.0.weight", "features.17.conv.2.weight", MobileNetV2::ofTorchvision),
            new Mark("conv_head.weight", "blocks.6.0.conv_pwl.weight", MobileNetV2::ofTimm));

    /** The tensors of a convolution or of a batch normalisation, as a regular expression. */
    static final String LAYER = "(weight|bias|running_mean|running_var|num_batches_tracked)";

    private Cnns() {}

    /**
     * Refuses weights with tensors that would be ignored although they change the maps.
     *
     * @param prefix of the names that are looked at
     * @param known matches the names that the network has
     * @param network for the message
     */
    static void requireOnly(Weights weights, String prefix, Pattern known, String network) {
        for (String name : weights.names()) {
            if (name.startsWith(prefix) && !known.matcher(name).matches()) {
                throw new InvalidInputException(weights.origin(), "a tensor " + name, "the weights of " + network);
            }
        }
    }

    /**
     * Finds the network in weights whose names may have outer prefixes; empty if the weights are those of another
     * network or of several networks.
     */
    static Optional<Cnn> find(Weights weights) {
        List<Cnn> found = MARKS.stream()
                .flatMap(mark -> weights.names().stream()
                        .filter(name -> name.equals(mark.tensor) || name.endsWith("." + mark.tensor))
                        .map(name -> name.substring(0, name.length() - mark.tensor.length()))
                        .filter(prefix -> weights.names().contains(prefix + mark.beside))
                        .map(prefix -> mark.make.apply(RenamedWeights.below(weights, prefix))))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /**
     * As {@link #find}.
     *
     * @throws InvalidInputException if the weights are those of another network or of several networks
     */
    static Cnn require(Weights weights) {
        return find(weights)
                .orElseThrow(() -> new InvalidInputException(
                        weights.origin(),
                        weights.names().size() + " tensors of something else",
                        "the weights of one ResNet or MobileNetV2, with torchvision's or timm's names"));
    }
}
