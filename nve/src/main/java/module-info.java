/** The Normal Variation Eraser, a part of IDEAL. */
module dev.ideal4j.nve {
    requires transitive dev.ideal4j.core;
    requires static org.jspecify;

    exports dev.ideal4j.nve;
}
