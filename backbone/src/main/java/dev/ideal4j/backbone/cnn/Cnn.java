package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import java.util.List;

/** The architecture of a network and the preprocessing of its images, as determined from the weights. */
interface Cnn {
    /** The name in torchvision: {@code resnet50}. */
    String name();

    /** The weights with torchvision's names, without outer prefixes. */
    Weights weights();

    /** Names of all stages, in order. */
    List<String> stages();

    /** Names of the stages that are used if the user chooses none. */
    List<String> usualStages();

    /** Normalisation of the input. */
    ImageNormalization normalization();

    /** Description of {@link #normalization} and {@link #padding} for fingerprints. */
    String recipe();

    /** The padding of the convolutions. */
    Padding padding();

    /** Kernel size of the first convolution, whose stride is 2. */
    int stemKernel();

    /**
     * Uploads the network to a backend.
     *
     * @param last name of the last stage to upload
     * @throws dev.ideal4j.core.InvalidInputException if a tensor is missing or has a wrong shape; the message names it
     */
    List<Part> parts(ConvolutionReader reader, String last);
}
