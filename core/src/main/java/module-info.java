/**
 * Tensors, backends and their operations, checkpoints and images.
 *
 * <p>A backend comes from another module, such as {@code dev.ideal4j.kernels}, which must be present at run time.
 */
@SuppressWarnings({"module", "requires-automatic"})
module dev.ideal4j.core {
    requires transitive java.desktop;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires com.twelvemonkeys.imageio.core;
    requires com.twelvemonkeys.imageio.tiff;
    requires com.twelvemonkeys.imageio.webp;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ideal4j.core;
    exports dev.ideal4j.core.checkpoint;
    exports dev.ideal4j.core.image;
    exports dev.ideal4j.core.ops;
    exports dev.ideal4j.core.grad to
            dev.ideal4j.backbone,
            dev.ideal4j.ide,
            dev.ideal4j.detectors;
    exports dev.ideal4j.core.nn to
            dev.ideal4j.backbone,
            dev.ideal4j.ide,
            dev.ideal4j.detectors;
    exports dev.ideal4j.core.optim to
            dev.ideal4j.detectors;
    exports dev.ideal4j.core.support to
            dev.ideal4j.kernels,
            dev.ideal4j.backbone,
            dev.ideal4j.detectors,
            dev.ideal4j.eval,
            dev.ideal4j.cli;
    exports dev.ideal4j.core.image.labels to
            dev.ideal4j.eval,
            dev.ideal4j.cli;

    uses dev.ideal4j.core.BackendProvider;
}
