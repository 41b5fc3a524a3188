/** The detectors and every backend: all that a program needs, in one line. */
module dev.ideal4j {
    requires transitive dev.ideal4j.detectors;
    requires dev.ideal4j.kernels;
}
