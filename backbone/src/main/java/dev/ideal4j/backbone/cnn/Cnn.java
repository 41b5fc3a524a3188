package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import java.util.List;

/** What weights say about a network: its architecture, and how its images are prepared. */
interface Cnn {
    /** torchvision's name: {@code resnet50}. */
    String name();

    /** The weights under torchvision's names, without outer prefixes. */
    Weights weights();

    /** Names of all stages, in order. */
    List<String> stages();

    /** Names of the stages that are taken if the user chooses none. */
    List<String> usualStages();

    /** Range of the input. */
    ImageNormalization normalization();

    /** What is told of {@link #normalization} and {@link #padding} in fingerprints. */
    String recipe();

    /** How windows lie. */
    Padding padding();

    /** Side of the windows of the first convolution, whose stride is 2. */
    int stemKernel();

    /**
     * Brings the network to a backend.
     *
     * @param last name of the stage that it ends with
     * @throws dev.ideal4j.core.InvalidInputException if a tensor is missing or has a wrong shape; the message names it
     */
    List<Part> parts(ConvolutionReader reader, String last);
}
