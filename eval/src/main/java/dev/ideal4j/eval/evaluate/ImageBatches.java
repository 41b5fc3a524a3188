package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads the images of a task in batches, one batch ahead of the one being scored. Not thread-safe. */
final class ImageBatches implements AutoCloseable {
    private final Dataset dataset;
    private final ExecutorService threads;
    private final Deque<Item> waiting;
    private final int batchSize;
    private List<Future<Item>> ahead;

    /**
     * An image of a task.
     *
     * @param index position among the task's queries
     * @param image its path, mask and label
     * @param pixels of the image, or null before it is read and if it cannot be read
     * @param mask its mask in the size of the file, or null if it has no mask or is good
     * @param notes notes about the rule by which the mask was read
     * @param failure the error of reading it, or null
     */
    record Item(
            int index, LabeledImage image, RgbImage pixels, Mask mask, List<String> notes, Ideal4jException failure) {
        static Item unread(int index, LabeledImage image) {
            return new Item(index, image, null, null, List.of(), null);
        }
    }

    ImageBatches(Dataset dataset, List<Item> items, int batchSize, int threads) {
        this.dataset = dataset;
        this.waiting = new ArrayDeque<>(items);
        this.batchSize = batchSize;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "image-reader");
            thread.setDaemon(true);
            return thread;
        });
        this.ahead = submit();
    }

    private List<Future<Item>> submit() {
        List<Future<Item>> batch = new ArrayList<>();
        while (batch.size() < batchSize && !waiting.isEmpty()) {
            Item item = waiting.remove();
            batch.add(threads.submit(() -> read(item)));
        }
        return batch;
    }

    private Item read(Item item) {
        LabeledImage image = item.image();
        try {
            RgbImage pixels = ImageReader.read(dataset.file(image.image()));
            List<String> notes = new ArrayList<>();
            boolean masked = image.anomalous() && !image.mask().isEmpty();
            Mask mask = masked ? dataset.mask(image, notes::add) : null;
            return new Item(item.index(), image, pixels, mask, notes, null);
        } catch (Ideal4jException e) {
            return new Item(item.index(), image, null, null, List.of(), e);
        }
    }

    /** The next batch, in the order of the items; empty after the last batch. */
    List<Item> next() {
        List<Future<Item>> current = ahead;
        ahead = submit();
        List<Item> batch = new ArrayList<>();
        try {
            for (Future<Item> item : current) {
                batch.add(item.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("an image could not be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading images", e);
        }
        return batch;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
