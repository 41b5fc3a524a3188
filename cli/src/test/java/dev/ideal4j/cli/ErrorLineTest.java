package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
    private static String line(Throwable error) {
        StringWriter err = new StringWriter();
        assertThat(new ErrorLine(new IdealCommand()).report(error, new PrintWriter(err)))
                .isEqualTo(1);
        assertThat(err.toString()).hasLineCount(1);
        return err.toString();
    }

    @Test
    void aFolderThatMayNotBeReadIsNamed() {
        assertThat(line(new UncheckedIOException(new AccessDeniedException("good/private"))))
                .isEqualToIgnoringNewLines("ideal: good/private: access denied");
    }

    @Test
    void tooLittleMemoryIsSaidWithTheLimit() {
        assertThat(line(new OutOfMemoryError("Java heap space")))
                .startsWith("ideal: out of memory: Java may use ")
                .contains("-Xmx");
    }

    @Test
    void aFaultOfTheProgramIsCalledOne() {
        assertThat(line(new IllegalStateException("a\nb")))
                .startsWith("ideal: this is a fault in ideal4j")
                .contains("a b");
    }
}
