package dev.ideal4j.backbone.onnx;

/** A backbone whose preparation of pixels on the host is more than a copy, and can be drawn. */
public interface GraphPreparation {
    /**
     * Draws the preparation of one image.
     *
     * @param pixels name of the normalised pixels in the graph, {@code (1, 3, inputHeight, inputWidth)}
     * @return name of the prepared values, which have the number and order of the host's
     */
    String prepare(OnnxGraph graph, String pixels);
}
