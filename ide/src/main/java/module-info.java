/** The Intrinsic Deviation Encoder, a part of IDEAL. */
@SuppressWarnings("module")
module dev.ideal4j.ide {
    requires transitive dev.ideal4j.core;

    exports dev.ideal4j.ide to
            dev.ideal4j.detectors;
}
