package dev.ideal4j.kernels.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    @Test
    void aFullHeapIsATypedError() {
        long heap = Runtime.getRuntime().maxMemory();
        assumeTrue(heap < 4L * LARGEST, "one array cannot exceed this JVM's heap of " + heap + " bytes");
        try (Backend backend = Backends.open("reference");
                Scope scope = backend.scope()) {
            int length = (int) (heap / 4 + 1);
            assertThatThrownBy(() -> scope.allocate(length))
                    .isInstanceOf(OutOfDeviceMemoryException.class)
                    .hasMessageContaining("reference: " + 4L * length);
            assertThatThrownBy(() -> scope.allocateIndices(length)).isInstanceOf(OutOfDeviceMemoryException.class);
            assertThat(backend.liveBytes()).isZero();
            assertThat(scope.allocate(10).toArray()).containsOnly(0);
        }
    }

    @Test
    void closingTheMemoryFreesEveryScopeAlthoughOneFails() {
        Backend backend = Backends.open("reference");
        HostMemory memory = new HostMemory(backend);
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Scope scope = memory.scope();
            tensors.add(scope.allocate(10));
            scope.own(() -> {
                throw new java.io.IOException("stuck");
            });
        }
        assertThat(memory.liveBytes()).isEqualTo(200);
        assertThatThrownBy(memory::close).isInstanceOf(IllegalStateException.class);
        assertThat(memory.liveBytes()).isZero();
        for (Tensor tensor : tensors) {
            assertThatThrownBy(tensor::toArray).isInstanceOf(IllegalStateException.class);
        }
        backend.close();
    }

    @Test
    void indicesAreNotTensors() {
        try (Backend backend = Backends.open("reference");
                Scope scope = backend.scope()) {
            Tensor tensor = scope.allocate(3);
            assertThatThrownBy(() -> tensor.storage().readInts(0, new int[3], 0, 3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a tensor, not indices");
        }
    }
}
