package dev.ideal4j.core.support;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** Logs warnings that a user must see, with SLF4J, or with the JDK's logger if the program has no SLF4J provider. */
public final class Warnings {
    private Warnings() {}

    /**
     * Logs a warning.
     *
     * @param source the class that logs the warning
     * @param message the message in one line
     * @param cause the cause with its stack trace, or null
     */
    public static void warn(Class<?> source, String message, Throwable cause) {
        Logger logger = LoggerFactory.getLogger(source);
        if (logger instanceof NOPLogger) {
            System.getLogger(source.getName()).log(System.Logger.Level.WARNING, message, cause);
        } else {
            logger.warn(message, cause);
        }
    }
}
