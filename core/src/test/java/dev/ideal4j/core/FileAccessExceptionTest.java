package dev.ideal4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAccessExceptionTest {
    /** The JDK's encoders of images wrap the error of the disk in one that says nothing. */
    @Test
    void theReasonIsTheInnermostError() {
        IOException full = new IOException("No space left on device");
        IOException wrapped = new IOException("I/O error writing PNG file!", full);
        assertThat(FileAccessException.of(Path.of("a.png"), wrapped))
                .hasMessage("a.png: No space left on device")
                .hasCause(wrapped);
    }

    @Test
    void anInterruptIsNotAFaultOfTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("a.bin"), new byte[1]);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> {
                    try (FileChannel channel = FileChannel.open(file)) {
                        channel.read(ByteBuffer.allocate(1));
                    } catch (IOException e) {
                        throw FileAccessException.of(file, e);
                    }
                })
                .isInstanceOf(WorkInterruptedException.class)
                .hasMessageContaining("a.bin");
        assertThat(Thread.interrupted()).isTrue();
    }
}
