package dev.ideal4j.kernels.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import jcuda.LibUtils;
import org.junit.jupiter.api.Test;

/** On the bindings of JCuda for Linux. */
class NeededLibraryTest {
    private static final String OLD = "libcublas.so.12";
    private static final String NEW = "libcublas.so.13";

    private static byte[] binding(String name) throws IOException {
        String file = "/lib/lib" + name + "-12.6.0-linux-x86_64.so";
        try (InputStream packed = LibUtils.class.getResourceAsStream(file)) {
            assumeTrue(packed != null, "skipped: no " + file + " on the class path");
            return packed.readAllBytes();
        }
    }

    @Test
    void onlyTheNameAndItsHashChange() throws IOException {
        byte[] library = binding("JCublas2");
        byte[] before = library.clone();
        byte[] renamed = NeededLibrary.renamed("x", library, OLD, NEW);
        assertThat(library).isEqualTo(before);
        assertThat(count(renamed, OLD)).isZero();
        assertThat(count(renamed, NEW)).isEqualTo(count(library, OLD)).isEqualTo(1);
        int differences = 0;
        for (int i = 0; i < library.length; i++) {
            differences += library[i] == renamed[i] ? 0 : 1;
        }
        assertThat(differences).isEqualTo(2); // the last digit, and the low byte of the hash, to which it is added
        assertThat(NeededLibrary.renamed("x", renamed, NEW, OLD)).isEqualTo(library);
    }

    /** As a string of its own; in the symbols of debuggers the name ends longer ones, which stay. */
    private static int count(byte[] library, String name) {
        String text = new String(library, StandardCharsets.ISO_8859_1);
        return text.split("\0" + name + "\0", -1).length - 1;
    }

    @Test
    void whatDoesNotNeedItIsATypedErrorAndStaysAsItIs() throws IOException {
        byte[] library = binding("JCudaDriver");
        byte[] before = library.clone();
        assertThatThrownBy(() -> NeededLibrary.renamed("libx.so", library, OLD, NEW))
                .isInstanceOf(FileFormatException.class)
                .hasMessage("libx.so: found a library that does not need libcublas.so.12, expected one that does, "
                        + "to have it need libcublas.so.13");
        assertThat(library).isEqualTo(before);
        byte[] cublas = binding("JCublas2");
        assertThatThrownBy(() -> NeededLibrary.renamed("x", cublas, "cublas.so.12", "cublas.so.13"))
                .isInstanceOf(FileFormatException.class); // the end of a name is none
        assertThatThrownBy(() -> NeededLibrary.renamed("x", cublas, OLD, "libcublas.so.130"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsDamagedIsATypedError() throws IOException {
        byte[] library = binding("JNvrtc");
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = Arrays.copyOf(library, i < 100 ? random.nextInt(library.length) : library.length);
            for (int j = 0; j < 20 && i >= 100; j++) {
                damaged[random.nextInt(i < 200 ? 600 : damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                NeededLibrary.renamed("libx.so", damaged, "libnvrtc.so.12", "libnvrtc.so.13");
            } catch (FileFormatException e) {
                assertThat(e).hasMessageStartingWith("libx.so: found ");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void aBindingThatCannotBeChangedIsAReasonAndNotTouched() {
        String temporary = System.getProperty("java.io.tmpdir");
        AtomicReference<Path> prepared = new AtomicReference<>();
        String reason = NativeLibraries.load(
                "the binding",
                folder -> {
                    prepared.set(Files.write(folder.resolve("libx.so.unfinished"), new byte[1]));
                    NeededLibrary.renamed("libx.so", new byte[80], OLD, NEW);
                },
                () -> {
                    throw new AssertionError("initialised");
                });
        assertThat(reason)
                .isEqualTo("the binding cannot be changed: libx.so: found no complete 64-bit ELF library, "
                        + "expected one that needs libcublas.so.12");
        assertThat(prepared.get()).doesNotExist();
        assertThat(prepared.get().getParent()).doesNotExist();
        assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(temporary);
    }
}
