/** Networks that compute the features of images. */
@SuppressWarnings("module")
module dev.ideal4j.backbone {
    requires transitive dev.ideal4j.core;
    requires static org.jspecify;

    exports dev.ideal4j.backbone;
    exports dev.ideal4j.backbone.builtin;
    exports dev.ideal4j.backbone.onnx to
            dev.ideal4j.detectors;
    exports dev.ideal4j.backbone.trainable to
            dev.ideal4j.detectors;

    uses dev.ideal4j.backbone.BackboneKind;

    provides dev.ideal4j.backbone.BackboneKind with
            dev.ideal4j.backbone.kinds.BuiltinKind,
            dev.ideal4j.backbone.kinds.CnnKind,
            dev.ideal4j.backbone.kinds.RandomKind,
            dev.ideal4j.backbone.kinds.WeightFileKind;
}
