package dev.ideal4j.backbone;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@link StoredFeatures} of a {@link PixelExtractor}. */
final class StoredPixelFeatures extends StoredFeatures implements PixelExtractor {
    private final PixelExtractor pixels;

    StoredPixelFeatures(PixelExtractor pixels, FeatureStore store) {
        super(pixels, store);
        this.pixels = pixels;
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope scope) {
        return super.features(images, scope);
    }

    @Override
    public Tensor features(float[] all, int count, Scope scope) {
        if (!store.isOpen() || count == 0) {
            return pixels.features(all, count, scope);
        }
        float[][] values = values(keys("pixels-", all, count), items -> {
            try (Scope local = backend().scope()) {
                return pixels.features(some(all, count, items), items.size(), local)
                        .toArray();
            }
        });
        return upload(values, scope, patches(), width());
    }

    @Override
    public Tensor imageEmbeddings(float[] all, int count, Scope scope) {
        if (!store.isOpen() || count == 0) {
            return pixels.imageEmbeddings(all, count, scope);
        }
        float[][] values = values(keys("embedding-", all, count), items -> {
            try (Scope local = backend().scope()) {
                return pixels.imageEmbeddings(some(all, count, items), items.size(), local)
                        .toArray();
            }
        });
        return upload(values, scope, values[0].length);
    }

    @Override
    public Encoded encode(Tensor all, Scope scope) {
        int count = all.shape().axis(0);
        if (!store.isOpen() || count == 0) {
            return pixels.encode(all, scope);
        }
        int patch = patchSize();
        int tokens = all.shape().axis(2) / patch * (all.shape().axis(3) / patch);
        int channels = width() / layers();
        float[] host = all.toArray();
        float[][] values =
                values(keys("encoded-" + all.shape().axis(2) + "x" + all.shape().axis(3) + "-", host, count), items -> {
                    try (Scope local = backend().scope()) {
                        int[] shape = all.shape().toArray();
                        shape[0] = items.size();
                        return joined(
                                pixels.encode(local.upload(some(host, count, items), shape), local), items.size());
                    }
                });
        int layer = tokens * channels;
        int embedding = values[0].length - layers() * layer;
        Tensor found = scope.allocate(layers(), count, tokens, channels);
        Tensor embeddings = scope.allocate(count, embedding);
        for (int i = 0; i < count; i++) {
            for (int l = 0; l < layers(); l++) {
                found.slice(l, 1)
                        .reshape(count, tokens, channels)
                        .slice(i, 1)
                        .write(Arrays.copyOfRange(values[i], l * layer, (l + 1) * layer));
            }
            if (embedding > 0) {
                embeddings.slice(i, 1).write(Arrays.copyOfRange(values[i], layers() * layer, values[i].length));
            }
        }
        return new Encoded(found, embeddings);
    }

    /** Joins the results image by image: the tokens of all layers, then the embedding. */
    private float[] joined(Encoded encoded, int count) {
        float[] tokens = encoded.tokens().toArray();
        int embedding = encoded.embedding().shape().last();
        float[] embeddings = embedding == 0 ? new float[0] : encoded.embedding().toArray();
        int layer = tokens.length / layers() / count;
        float[] joined = new float[tokens.length + embeddings.length];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int l = 0; l < layers(); l++, at += layer) {
                System.arraycopy(tokens, (l * count + i) * layer, joined, at, layer);
            }
            System.arraycopy(embeddings, i * embedding, joined, at, embedding);
            at += embedding;
        }
        return joined;
    }

    private static float[] some(float[] all, int count, List<Integer> items) {
        int size = all.length / count;
        if (items.size() == count) {
            return all;
        }
        float[] some = new float[items.size() * size];
        for (int i = 0; i < items.size(); i++) {
            System.arraycopy(all, items.get(i) * size, some, i * size, size);
        }
        return some;
    }

    private static List<String> keys(String kind, float[] all, int count) {
        int size = all.length / count;
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> kind + digest(all, i * size, size))
                .toList();
    }

    private static String digest(float[] values, int first, int count) {
        MessageDigest digest = Fingerprint.sha256();
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        FloatBuffer floats = bytes.asFloatBuffer();
        for (int done = 0; done < count; done += floats.capacity()) {
            int some = Math.min(floats.capacity(), count - done);
            floats.clear().put(values, first + done, some);
            bytes.position(0).limit(some * Float.BYTES);
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public int margin() {
        return pixels.margin();
    }

    @Override
    public int batch() {
        return pixels.batch();
    }

    @Override
    public PillowResize.Filter filter() {
        return pixels.filter();
    }

    @Override
    public ImageNormalization normalization() {
        return pixels.normalization();
    }

    @Override
    public float[] pixels(List<RgbImage> images) {
        return pixels.pixels(images);
    }

    @Override
    public int preparedSize() {
        return pixels.preparedSize();
    }

    @Override
    public void prepare(float[] values, Tensor prepared) {
        pixels.prepare(values, prepared);
    }

    @Override
    public Consumer<Tensor> preparation(List<RgbImage> images) {
        return pixels.preparation(images);
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        pixels.features(prepared, features);
    }

    @Override
    public boolean encodes() {
        return pixels.encodes();
    }
}
