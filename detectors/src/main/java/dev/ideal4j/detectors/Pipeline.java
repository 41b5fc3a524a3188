package dev.ideal4j.detectors;

import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.WorkInterruptedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads, scores and writes images in order and in parallel: while a batch is scored, the images of the next batch are read,
 * and the results of the previous batch are written. At most three batches are in memory. A batch holds the images that have
 * been read when scoring starts: at least one, at most {@code batch}, and at most as many as make 16 megapixels if all
 * images were as large as the largest one so far.
 *
 * @param <F> identifies an image, for instance its file
 * @param <I> an image after reading
 * @param <R> the result of an image
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
     * An image at the end of the pipeline.
     *
     * @param image null if the image could not be read
     * @param result null if there is a failure
     * @param failure the error of reading or scoring the image, or null
     */
    public record Item<F, I, R>(
            F file,
            @Nullable I image,
            @Nullable R result,
            @Nullable Ideal4jException failure) {}

    /** The stages that each image passes through. */
    public interface Stages<F, I, R> {
        /** Reads an image, in one of the reader threads. An {@link Ideal4jException} becomes the failure of this image. */
        I read(F file);

        /** Number of pixels of an image. The pipeline bounds its memory by this number. */
        long pixels(I image);

        /**
         * Scores images, in the thread that runs the pipeline. After an {@link Ideal4jException} the images are scored one
         * by one, so that the exception becomes the failure of the image that causes it.
         *
         * @return one result for each image, in the order of the images
         */
        List<R> score(List<I> images);

        /**
         * Writes the results of a batch, in the writer thread.
         *
         * @param items the items of a batch, in order
         * @return false to end the run
         */
        boolean write(List<Item<F, I, R>> items);
    }

    /** As {@link #run(List, int, int, Stages)}, with one reader thread for every two logical CPUs. */
    public static <F, I, R> void run(List<F> files, int batch, Stages<F, I, R> stages) {
        run(files, batch, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), stages);
    }

    /**
     * Runs until all results are written. An error of a stage, or an interrupt of the calling thread, ends the run. All
     * threads of the pipeline have ended when this returns or throws.
     *
     * @param files the images, in order
     * @param batch largest number of images that are scored at once, 1 or more; results do not depend on it
     * @param readers number of reader threads, 1 or more; results do not depend on it
     * @throws InvalidInputException if {@code batch} or {@code readers} is below 1
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

    /** Waits for the next image, and adds the images after it that have been read already. */
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
        Iterator<R> results = Collections.emptyIterator();
        try {
            if (!images.isEmpty()) {
                results = stages.score(images).iterator();
            }
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

    /** Waits even if interrupted, so that nothing is written after the end of the run. */
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
