/**
 * Few-shot detectors. {@link dev.ideal4j.detectors.DetectorMethods} finds every method by name. The classes of IDEAL are
 * exported as well.
 */
@SuppressWarnings({"module", "requires-automatic"})
module dev.ideal4j.detectors {
    requires transitive dev.ideal4j.backbone;
    requires transitive dev.ideal4j.core;
    requires transitive dev.ideal4j.nve;
    requires dev.ideal4j.ide;
    requires commons.math3;
    requires ejml.core;
    requires ejml.ddense;
    requires static org.jspecify;

    exports dev.ideal4j.detectors;
    exports dev.ideal4j.detectors.ideal;
    exports dev.ideal4j.detectors.common to
            dev.ideal4j.cli;
    exports dev.ideal4j.detectors.fdsl to
            dev.ideal4j.eval;
    exports dev.ideal4j.detectors.training to
            dev.ideal4j.eval,
            dev.ideal4j.cli;

    uses dev.ideal4j.detectors.DetectorMethod;

    provides dev.ideal4j.detectors.DetectorMethod with
            dev.ideal4j.detectors.ideal.IdealMethod,
            dev.ideal4j.detectors.visionad.VisionAdMethod,
            dev.ideal4j.detectors.patchcore.PatchCoreMethod,
            dev.ideal4j.detectors.anomalydino.AnomalyDinoMethod,
            dev.ideal4j.detectors.subspacead.SubspaceAdMethod,
            dev.ideal4j.detectors.nagl.NaglMethod,
            dev.ideal4j.detectors.fdsl.FdslMethod,
            dev.ideal4j.detectors.devnet.DevNetMethod;
}
