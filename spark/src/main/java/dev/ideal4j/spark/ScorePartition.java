package dev.ideal4j.spark;

import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores the rows of a partition, a few images at a time. An image that cannot be scored gives a row with an error. A fault
 * of the executor, such as a lost device, fails the task, and Spark retries the task on another executor.
 *
 * @param detectors detectors by product; by an empty name if there is no product column
 * @param input index of the column of images or paths
 * @param name index of the column that identifies an image in messages, or -1
 * @param product index of the column of products, or -1
 * @param batch largest number of images that are scored at once
 * @param leastArea least area of regions in pixels; smaller regions are left out
 * @param map format of maps
 * @param hadoop configuration with which paths are read
 */
record ScorePartition(
        TreeMap<String, Shipped> detectors,
        int input,
        int name,
        int product,
        int batch,
        int leastArea,
        ResultColumns.MapFormat map,
        Broadcast<SerializableConfiguration> hadoop)
        implements MapPartitionsFunction<Row, Row> {
    /** Largest number of pixels of a batch, if all images were as large as the largest so far. */
    private static final long MOST_PIXELS = 16 << 20;

    /** Largest number of product names in a message. */
    private static final int SHOWN = 10;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ResultColumns columns = new ResultColumns(map);
        Deque<Row> ready = new ArrayDeque<>();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                if (ready.isEmpty() && rows.hasNext()) {
                    ready.addAll(scored(rows, columns));
                }
                return !ready.isEmpty();
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return ready.remove();
            }
        };
    }

    /** A row in progress: it gets an image, then the values of its result. */
    private static final class Item {
        private final Row row;
        private RgbImage image;
        private Shipped detector;
        private Object[] values;

        Item(Row row) {
            this.row = row;
        }

        Row result() {
            Object[] all = new Object[row.size() + values.length];
            for (int i = 0; i < row.size(); i++) {
                all[i] = row.get(i);
            }
            System.arraycopy(values, 0, all, row.size(), values.length);
            return RowFactory.create(all);
        }
    }

    /** Takes one or more rows and scores them. */
    private List<Row> scored(Iterator<Row> rows, ResultColumns columns) {
        List<Item> items = new ArrayList<>();
        Map<Shipped, List<Item>> byDetector = new LinkedHashMap<>();
        long largest = 0;
        while (rows.hasNext()
                && items.size() < batch
                && (items.isEmpty() || (items.size() + 1) * largest <= MOST_PIXELS)) {
            Item item = new Item(rows.next());
            items.add(item);
            try {
                item.detector = detector(item.row);
                item.image = image(item.row, item.detector);
                largest = Math.max(largest, (long) item.image.width() * item.image.height());
                byDetector
                        .computeIfAbsent(item.detector, none -> new ArrayList<>())
                        .add(item);
            } catch (RuntimeException e) {
                fail(item, e, columns);
            }
        }
        byDetector.forEach((shipped, some) -> {
            FittedDetector detector = OncePerJvm.detector(shipped);
            if (detector.products().size() > 1) {
                // The product that is recognised in an image must not depend on other images.
                some.forEach(item -> score(List.of(item), detector, columns));
            } else {
                score(some, detector, columns);
            }
        });
        return items.stream().map(Item::result).toList();
    }

    private Shipped detector(Row row) {
        String key = product < 0 ? "" : String.valueOf(row.get(product));
        Shipped found = detectors.get(key);
        if (found == null) {
            List<String> known = detectors.keySet().stream().limit(SHOWN).toList();
            throw new InvalidInputException(
                    "product",
                    key,
                    String.join(", ", known) + (known.size() < detectors.size() ? ", …" : "")
                            + ": the fitted detectors");
        }
        return found;
    }

    private RgbImage image(Row row, Shipped detector) {
        if (row.isNullAt(input)) {
            throw new InvalidInputException(name(row), "null", "an image");
        }
        Object value = row.get(input);
        byte[] bytes = value instanceof byte[] content
                ? content
                : Bytes.of((String) value, hadoop.value().value());
        return ImageReader.read(bytes, name(row), detector.reading());
    }

    private String name(Row row) {
        return name < 0 || row.isNullAt(name) ? "image" : row.getString(name);
    }

    private void score(List<Item> items, FittedDetector detector, ResultColumns columns) {
        try {
            List<Anomaly> found = detector.forImagesLike(items.get(0).image)
                    .score(items.stream().map(item -> item.image).toList());
            for (int i = 0; i < found.size(); i++) {
                Item item = items.get(i);
                item.values = columns.values(item.image, found.get(i), leastArea);
            }
        } catch (RuntimeException e) {
            if (items.size() == 1) {
                fail(items.get(0), e, columns);
            } else {
                requireImageFault(e);
                items.forEach(item -> score(List.of(item), detector, columns));
            }
        }
    }

    private static void fail(Item item, RuntimeException error, ResultColumns columns) {
        requireImageFault(error);
        item.values = columns.values(error.getMessage() == null ? error.toString() : error.getMessage());
    }

    /** Throws the error again if it is not the fault of an image. */
    static void requireImageFault(RuntimeException error) {
        if (error instanceof WorkInterruptedException
                || error instanceof DeviceException
                || error instanceof ClosedException
                || error instanceof BackendUnavailableException) {
            throw error;
        }
    }
}
