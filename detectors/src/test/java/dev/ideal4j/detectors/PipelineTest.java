package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.WorkInterruptedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PipelineTest {
    /** Images are numbers, and their results are words. What is written is remembered. */
    private static class Numbers implements Pipeline.Stages<Integer, Integer, String> {
        final List<String> written = Collections.synchronizedList(new ArrayList<>());
        final List<Integer> batches = new ArrayList<>();
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        @Override
        public Integer read(Integer file) {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            return file;
        }

        @Override
        public long pixels(Integer image) {
            return 1000;
        }

        @Override
        public List<String> score(List<Integer> images) {
            batches.add(images.size());
            return images.stream().map(image -> "score " + image).toList();
        }

        @Override
        public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
            items.forEach(item -> written.add(item.failure() == null ? item.result() : item.file() + " failed"));
            inFlight.addAndGet(-items.size());
            return true;
        }
    }

    private static List<Integer> files(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<String> scores(int count) {
        return files(count).stream().map(file -> "score " + file).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("ideal4j-(reader|writer).*")) {
                thread.join(5000); // it may be about to end
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "8, 1", "3, 4", "8, 4", "100, 2"})
    void theOrderStaysAndThreeBatchesAreInFlight(int batch, int readers) {
        Numbers numbers = new Numbers() {
            @Override
            public Integer read(Integer file) {
                try {
                    Thread.sleep(file * 7 % 3);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return super.read(file);
            }
        };
        Pipeline.run(files(50), batch, readers, numbers);
        assertThat(numbers.written).isEqualTo(scores(50));
        assertThat(numbers.batches).allMatch(size -> size <= batch);
        assertThat(numbers.most.get()).isLessThanOrEqualTo(3 * batch);
    }

    @Test
    void imagesAreReadAndWrittenWhileOthersAreScored() {
        CountDownLatch lastIsRead = new CountDownLatch(1);
        CountDownLatch firstIsWritten = new CountDownLatch(1);
        Numbers numbers = new Numbers() {
            @Override
            public Integer read(Integer file) {
                if (file == 4) {
                    lastIsRead.countDown();
                }
                return super.read(file);
            }

            @Override
            public List<String> score(List<Integer> images) {
                if (images.contains(0)) {
                    await(lastIsRead);
                } else if (images.contains(4)) {
                    await(firstIsWritten);
                }
                return super.score(images);
            }

            @Override
            public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
                firstIsWritten.countDown();
                return super.write(items);
            }
        };
        Pipeline.run(files(5), 8, 1, numbers);
        assertThat(numbers.written).isEqualTo(scores(5));
    }

    @Test
    void anImageDoesNotWaitForLaterOnes() {
        CountDownLatch firstIsWritten = new CountDownLatch(1);
        Numbers numbers = new Numbers() {
            @Override
            public Integer read(Integer file) {
                if (file == 2) {
                    await(firstIsWritten);
                }
                return super.read(file);
            }

            @Override
            public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
                firstIsWritten.countDown();
                return super.write(items);
            }
        };
        Pipeline.run(files(3), 8, 1, numbers);
        assertThat(numbers.written).isEqualTo(scores(3));
    }

    @Test
    void largeImagesGoThroughOneByOne() {
        Numbers numbers = new Numbers() {
            @Override
            public long pixels(Integer image) {
                return image < 5 ? 1000 : 12_000_000;
            }
        };
        Pipeline.run(files(30), 8, 1, numbers);
        assertThat(numbers.written).isEqualTo(scores(30));
        assertThat(numbers.batches.subList(numbers.batches.size() - 10, numbers.batches.size()))
                .containsOnly(1);
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "8"})
    void aFailureKeepsItsPlace(int batch) {
        Numbers numbers = new Numbers() {
            @Override
            public Integer read(Integer file) {
                if (file == 3) {
                    throw new InvalidInputException("image", "nothing", "something");
                }
                return super.read(file);
            }

            @Override
            public List<String> score(List<Integer> images) {
                if (images.contains(5)) {
                    throw new InvalidInputException("image", "no score", "a score");
                }
                return super.score(images);
            }
        };
        Pipeline.run(files(9), batch, 1, numbers);
        List<String> expected = new ArrayList<>(scores(9));
        expected.set(3, "3 failed");
        expected.set(5, "5 failed");
        assertThat(numbers.written).isEqualTo(expected);
    }

    @Test
    void theWriterEndsTheRun() {
        Numbers numbers = new Numbers() {
            @Override
            public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
                return super.write(items) && written.size() < 5;
            }
        };
        Pipeline.run(files(50), 1, 1, numbers);
        assertThat(numbers.written).isEqualTo(scores(5));
    }

    @Test
    void anErrorEndsTheRunAfterWhatWasScored() {
        Numbers numbers = new Numbers() {
            @Override
            public List<String> score(List<Integer> images) {
                if (images.contains(4)) {
                    throw new IllegalStateException("defective device");
                }
                return super.score(images);
            }
        };
        assertThatThrownBy(() -> Pipeline.run(files(9), 1, 1, numbers)).hasMessage("defective device");
        assertThat(numbers.written).isEqualTo(scores(4));
    }

    @Test
    void anErrorOfReadingOrWritingEndsTheRun() {
        Numbers unreadable = new Numbers() {
            @Override
            public Integer read(Integer file) {
                if (file == 4) {
                    throw new OutOfMemoryError("a large image");
                }
                return super.read(file);
            }
        };
        assertThatThrownBy(() -> Pipeline.run(files(9), 1, 1, unreadable)).isInstanceOf(OutOfMemoryError.class);
        assertThat(unreadable.written).isEqualTo(scores(4));
        Numbers full = new Numbers() {
            @Override
            public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
                throw new InvalidInputException("disk", "full", "space");
            }
        };
        assertThatThrownBy(() -> Pipeline.run(files(9), 1, 1, full)).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @CsvSource({"read", "score", "write"})
    void anInterruptEndsTheRun(String stage) {
        Thread caller = Thread.currentThread();
        Numbers numbers = new Numbers() {
            private void interrupt(String here) {
                if (here.equals(stage)) {
                    caller.interrupt();
                }
            }

            @Override
            public Integer read(Integer file) {
                interrupt("read");
                return super.read(file);
            }

            @Override
            public List<String> score(List<Integer> images) {
                interrupt("score");
                WorkInterruptedException.check();
                return super.score(images);
            }

            @Override
            public boolean write(List<Pipeline.Item<Integer, Integer, String>> items) {
                interrupt("write");
                return super.write(items);
            }
        };
        assertThatThrownBy(() -> Pipeline.run(files(1000), 1, 1, numbers)).isInstanceOf(WorkInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(numbers.written).isEqualTo(scores(numbers.written.size()));
    }
}
