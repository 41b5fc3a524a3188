package dev.ideal4j.kernels.gpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts of a read overlap, over slots whose device is an array. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StagedCopiesTest {
    private static final int PART = StagedCopies.SLOT_BYTES / Integer.BYTES;

    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Integer> underWayAtWaits = new ArrayList<>();
    private Runnable atFetch = () -> {};
    private Runnable atWait = () -> {};

    private record Numbers(float[] values) implements GpuBuffer {
        @Override
        public long bytes() {
            return 4L * values.length;
        }
    }

    /** Its fetch arrives when a thread waits for it. */
    private final class Slot implements StagingSlot {
        private final ByteBuffer bytes = ByteBuffer.allocate(StagedCopies.SLOT_BYTES);
        private Runnable arriving;

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void send(GpuBuffer to, long offset, int count) {
            bytes.asFloatBuffer().get(((Numbers) to).values, (int) offset / 4, count / 4);
        }

        @Override
        public void fetch(GpuBuffer from, long offset, int count, GpuEvent given) {
            atFetch.run();
            underWay.incrementAndGet();
            arriving = () -> bytes.asFloatBuffer().put(((Numbers) from).values, (int) offset / 4, count / 4);
        }

        @Override
        public boolean isIdle() {
            return arriving == null;
        }

        @Override
        public void await() {
            if (arriving != null) {
                synchronized (underWayAtWaits) {
                    underWayAtWaits.add(underWay.getAndDecrement());
                }
                Runnable arrival = arriving;
                arriving = null;
                atWait.run();
                arrival.run();
            }
        }

        @Override
        public void close() {}
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i + 1;
        }
        return numbers;
    }

    private static float[] read(StagedCopies copies, float[] from) {
        float[] to = new float[from.length];
        copies.read(new Numbers(from), 0, to.length, null, (bytes, first, part) -> bytes.asFloatBuffer()
                .get(to, first, part));
        return to;
    }

    @Test
    void theNextPartOfAReadIsUnderWayWhileThisOneIsTakenOut() {
        float[] numbers = numbers(3 * PART + 5);
        try (StagedCopies copies = new StagedCopies(Slot::new)) {
            assertThat(read(copies, numbers)).isEqualTo(numbers);
            float[] written = new float[numbers.length];
            copies.write(new Numbers(written), 0, numbers.length, (bytes, first, part) -> bytes.asFloatBuffer()
                    .put(numbers, first, part));
            assertThat(written).isEqualTo(numbers);
        }
        assertThat(underWayAtWaits).containsExactly(2, 2, 2, 1);
    }

    @Test
    void readsOfMoreThreadsThanSlotsDoNotWaitForEachOther() throws Exception {
        int threads = StagedCopies.MOST_SLOTS;
        float[] numbers = numbers(2 * PART);
        CyclicBarrier allHoldOne = new CyclicBarrier(threads);
        ThreadLocal<Boolean> waited = ThreadLocal.withInitial(() -> false);
        atFetch = () -> {
            if (!waited.get()) {
                waited.set(true);
                try {
                    allHoldOne.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (StagedCopies copies = new StagedCopies(Slot::new)) {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(workers.submit(() -> read(copies, numbers)));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get()).isEqualTo(numbers);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void readsThatFailKeepNoSlot() {
        float[] numbers = numbers(2 * PART);
        try (StagedCopies copies = new StagedCopies(Slot::new)) {
            atWait = () -> {
                throw new IllegalStateException("lost");
            };
            for (int i = 0; i < 2 * StagedCopies.MOST_SLOTS; i++) {
                assertThatThrownBy(() -> read(copies, numbers)).hasMessage("lost");
            }
            atWait = () -> {};
            assertThat(read(copies, numbers)).isEqualTo(numbers);
        }
    }

    @Test
    void slotsThatCannotBeMadeTakeNoPlace() {
        AtomicInteger failures = new AtomicInteger(2 * StagedCopies.MOST_SLOTS);
        try (StagedCopies copies = new StagedCopies(() -> {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("no memory");
            }
            return new Slot();
        })) {
            float[] numbers = numbers(10);
            for (int i = 0; i < 2 * StagedCopies.MOST_SLOTS; i++) {
                assertThatThrownBy(() -> read(copies, numbers)).hasMessage("no memory");
            }
            assertThat(read(copies, numbers)).isEqualTo(numbers);
        }
    }
}
