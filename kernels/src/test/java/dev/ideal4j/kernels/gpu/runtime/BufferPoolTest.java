package dev.ideal4j.kernels.gpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.OutOfDeviceMemoryException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private static final long MEMORY = 1 << 20;

    private final List<GpuBuffer> allocated = new ArrayList<>();
    private long refusedAbove = Long.MAX_VALUE;

    private record Buffer(long bytes) implements GpuBuffer {}

    /** A runtime that allocates, and does nothing else. */
    private final GpuRuntime runtime = (GpuRuntime) Proxy.newProxyInstance(
            GpuRuntime.class.getClassLoader(), new Class<?>[] {GpuRuntime.class}, (proxy, method, arguments) -> {
                switch (method.getName()) {
                    case "device":
                        return new GpuDevice(
                                "fake:0", "", 256, 1, true, GpuDevice.USUAL_LOCAL_BYTES, MEMORY, MEMORY / 2);
                    case "allocate":
                        return allocate((long) arguments[0]);
                    case "free":
                        allocated.removeIf(buffer -> buffer == arguments[0]);
                        return null;
                    default:
                        throw new UnsupportedOperationException(method.getName());
                }
            });

    private GpuBuffer allocate(long bytes) {
        if (held() + bytes > refusedAbove) {
            throw new OutOfDeviceMemoryException("fake:0", bytes, refusedAbove);
        }
        Buffer buffer = new Buffer(bytes);
        allocated.add(buffer);
        return buffer;
    }

    private long held() {
        return allocated.stream().mapToLong(GpuBuffer::bytes).sum();
    }

    @Test
    void sizesFitAndWasteLittle() {
        for (long bytes = 1; bytes < 100_000; bytes += 7) {
            assertThat(BufferPool.sizeClass(bytes)).isBetween(bytes, Math.max(256, bytes + bytes / 3));
        }
        assertThat(BufferPool.sizeClass(1L << 40)).isEqualTo(1L << 40);
    }

    @Test
    void reusesWhatWasGivenBack() {
        BufferPool pool = new BufferPool(runtime);
        GpuBuffer first = pool.take(1000);
        GpuBuffer second = pool.take(1000);
        assertThat(second).isNotSameAs(first);
        pool.giveBack(first);
        assertThat(pool.take(999)).isSameAs(first);
        pool.giveBack(first);
        pool.giveBack(second);
        pool.close();
        assertThat(allocated).isEmpty();
    }

    @Test
    void idleBuffersMakeWay() {
        BufferPool pool = new BufferPool(runtime);
        pool.giveBack(pool.take(MEMORY / 8));
        refusedAbove = MEMORY / 2;
        assertThat(pool.take(MEMORY / 2).bytes()).isEqualTo(MEMORY / 2);
        assertThat(allocated).hasSize(1);
    }

    @Test
    void keepsNoMoreThanAQuarterIdle() {
        BufferPool pool = new BufferPool(runtime);
        List<GpuBuffer> taken = List.of(pool.take(MEMORY / 8), pool.take(MEMORY / 8), pool.take(MEMORY / 8));
        taken.forEach(pool::giveBack);
        assertThat(held()).isLessThanOrEqualTo(MEMORY / 4);
    }

    @Test
    void whatDoesNotFitIsRefusedWithSizes() {
        BufferPool pool = new BufferPool(runtime);
        assertThatThrownBy(() -> pool.take(MEMORY / 2 + 1))
                .isInstanceOf(OutOfDeviceMemoryException.class)
                .hasMessageContaining(Long.toString(MEMORY / 2 + 1))
                .hasMessageContaining(Long.toString(MEMORY / 2));
        pool.take(MEMORY / 2);
        pool.take(MEMORY / 4);
        assertThatThrownBy(() -> pool.take(MEMORY / 2))
                .isInstanceOf(OutOfDeviceMemoryException.class)
                .hasMessageContaining("at most " + MEMORY / 4);
        refusedAbove = 0;
        assertThatThrownBy(() -> pool.take(100)).isInstanceOf(OutOfDeviceMemoryException.class);
    }
}
