package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Detects the architecture of weights by the names of the tensors. */
final class Cnns {
    /** Two tensors with the same outer prefix that together identify an architecture. */
    private record Mark(String tensor, String beside, Function<Weights, Cnn> make) {}

    private static final List<Mark> MARKS = List.of(
            new Mark("layer4.0.conv1.weight", "bn1.running_var", ResNet::new),
            new Mark("features.18.0.weight", "features.17.conv.2.weight", MobileNetV2::ofTorchvision),
            new Mark("conv_head.weight", "blocks.6.0.conv_pwl.weight", MobileNetV2::ofTimm));

    private Cnns() {}

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
