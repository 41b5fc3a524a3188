package dev.ideal4j.detectors;

import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.WorkInterruptedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes images through a network in order and without pauses: while a batch is scored, the images of the next are read, and
 * what was found out about the one before is written. At most three batches are in memory. A batch holds the images that have
 * been read by then: one at least, at most {@code batch}, and of several images at most 16 megapixels.
 *
 * @param <F> names an image, for instance its file
 * @param <I> an image that was read
 * @param <R> what is found out about an image
 */
public final class Pipeline<F, I, R> {
    private static final long MOST_PIXELS = 16 << 20;

    private final Iterator<F> files;
    private final int batch;
    private final Stages<F, I, R> stages;
    private final ExecutorService readers;
    private final ExecutorService writer = threads("ideal4j-writer", 1);
    private final Deque<Future<Item<F, I, R>>> ahead = new ArrayDeque<>();
    /** Pixels of the largest image so far; 0 before the first, which is read alone. */
    private long largest;

    private Pipeline(List<F> files, int batch, int readers, Stages<F, I, R> stages) {
        this.files = files.iterator();
        this.batch = batch;
        this.stages = stages;
        this.readers = threads("ideal4j-reader", readers);
    }

    /**
     * An image that went through.
     *
     * @param image null if it could not be read
     * @param result null if there is a failure
     * @param failure the error of reading or scoring it, or null
     */
    public record Item<F, I, R>(F file, I image, R result, Ideal4jException failure) {}

    /** What is done with images. */
    public interface Stages<F, I, R> {
        /** Reads an image, in one of the threads that read. An {@link Ideal4jException} is this image's failure. */
        I read(F file);

        /** Number of pixels of an image, by which memory is bounded. */
        long pixels(I image);

        /**
         * Scores images, in the thread that runs the pipeline. After an {@link Ideal4jException} they are scored one by one,
         * so that it becomes the failure of its own image.
         *
         * @return as many as images, in their order
         */
        List<R> score(List<I> images);

        /**
         * Writes what has become of a batch, in the thread that writes.
         *
         * @param items those of a batch, in order
         * @return false to end the run
         */
        boolean write(List<Item<F, I, R>> items);
    }

    /** As {@link #run(List, int, int, Stages)}, with a thread that reads for every two logical CPUs. */
    public static <F, I, R> void run(List<F> files, int batch, Stages<F, I, R> stages) {
        run(files, batch, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), stages);
    }

    /**
     * Runs until all is written. An error of a stage, or an interrupt of the calling thread, ends the run after what was
     * scored before is written. No thread is left behind.
     *
     * @param files the images, in order
     * @param batch most images that are scored at once, 1 or more; results do not depend on it
     * @param readers threads that read, 1 or more; results do not depend on it
     * @throws WorkInterruptedException if the calling thread is interrupted
     */
    public static <F, I, R> void run(List<F> files, int batch, int readers, Stages<F, I, R> stages) {
        if (batch < 1 || readers < 1) {
            throw new InvalidInputException("batch and readers", batch + " and " + readers, "1 or more of each");
        }
        new Pipeline<>(files, batch, readers, stages).run();
    }

    private void run() {
        try {
            Future<Boolean> writing = CompletableFuture.completedFuture(true);
            for (readAhead(); !ahead.isEmpty(); readAhead()) {
                List<Item<F, I, R>> read = next();
                readAhead();
                List<Item<F, I, R>> scored = scored(read);
                if (!get(writing)) {
                    return;
                }
                writing = writer.submit(() -> stages.write(scored));
            }
            get(writing);
        } finally {
            readers.shutdownNow();
            writer.shutdown();
            await(readers);
            await(writer);
        }
    }

    private int most() {
        return largest == 0 ? 1 : (int) Math.max(1, Math.min(batch, MOST_PIXELS / largest));
    }

    private void readAhead() {
        while (ahead.size() < most() && files.hasNext()) {
            F file = files.next();
            ahead.add(readers.submit(() -> read(file)));
        }
    }

    private Item<F, I, R> read(F file) {
        try {
            return new Item<>(file, stages.read(file), null, null);
        } catch (Ideal4jException e) {
            return new Item<>(file, null, null, e);
        }
    }

    /** Waits for an image, and takes those after it that have been read. */
    private List<Item<F, I, R>> next() {
        List<Item<F, I, R>> read = new ArrayList<>();
        do {
            Item<F, I, R> item = get(ahead.remove());
            largest = item.image == null ? largest : Math.max(largest, Math.max(1, stages.pixels(item.image)));
            read.add(item);
        } while (read.size() < most() && !ahead.isEmpty() && ahead.peek().isDone());
        return read;
    }

    private List<Item<F, I, R>> scored(List<Item<F, I, R>> items) {
        List<Item<F, I, R>> scored = new ArrayList<>();
        List<I> images = items.stream()
                .filter(item -> item.failure == null)
                .map(Item::image)
                .toList();
        Iterator<R> results = null;
        try {
            results = images.isEmpty() ? null : stages.score(images).iterator();
        } catch (WorkInterruptedException e) {
            throw e;
        } catch (Ideal4jException e) {
            if (items.size() == 1) {
                Item<F, I, R> only = items.get(0);
                return List.of(new Item<>(only.file, only.image, null, e));
            }
            items.forEach(item -> scored.addAll(scored(List.of(item))));
            return scored;
        }
        for (Item<F, I, R> item : items) {
            scored.add(item.failure != null ? item : new Item<>(item.file, item.image, results.next(), null));
        }
        return scored;
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkInterruptedException("interrupted: the thread was told to end its work", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException("stages throw no checked exceptions", e);
        }
    }

    private static ExecutorService threads(String name, int count) {
        AtomicInteger made = new AtomicInteger();
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Waits whatever comes, so that nobody writes after the end of the run. */
    private static void await(ExecutorService threads) {
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
