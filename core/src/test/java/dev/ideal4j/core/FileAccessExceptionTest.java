package dev.ideal4j.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileAccessExceptionTest {
    /** The JDK's encoders of images wrap the error of the disk in one that says nothing. */
    @Test
    void theReasonIsTheInnermostError() {
        IOException full = new IOException("No space left on device");
        IOException wrapped = new IOException("I/O error writing PNG file!", full);
        assertThat(new FileAccessException(Path.of("a.png"), wrapped))
                .hasMessage("a.png: No space left on device")
                .hasCause(wrapped);
    }
}
