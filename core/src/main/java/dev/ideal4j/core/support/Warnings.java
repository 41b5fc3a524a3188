package dev.ideal4j.core.support;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** Warnings that a user must see: by SLF4J, or by the JDK's own logger where a program has no binding of SLF4J. */
public final class Warnings {
    private Warnings() {}

    /**
     * Warns.
     *
     * @param source the class that warns
     * @param message one line
     * @param cause for a stack trace, or null
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
