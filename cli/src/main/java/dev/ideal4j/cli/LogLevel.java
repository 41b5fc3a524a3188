package dev.ideal4j.cli;

/** Sets the level of SLF4J's simple logger. It must be set before the first logger is created. */
final class LogLevel {
    private LogLevel() {}

    static void set(boolean verbose) {
        setUnlessGiven("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "debug" : "warn");
        setUnlessGiven("org.slf4j.simpleLogger.showThreadName", "false");
        setUnlessGiven("org.slf4j.simpleLogger.showLogName", "false");
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
