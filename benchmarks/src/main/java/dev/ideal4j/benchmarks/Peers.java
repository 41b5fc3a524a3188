package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.detectors.common.Coreset;
import dev.ideal4j.kernels.composed.ComposedBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** Measures us beside others, and beside ourselves with fewer threads and larger sizes; see {@code benchmarks/peers.sh}. */
public final class Peers {
    private static final int SIZE = 448;
    private static final int WIDTH = 384;

    /** To so many numbers anomalib projects 100,000 patches before it compares them. */
    private static final int PROJECTED = 284;

    private static final int PATCHES = 1024;

    /** Largest difference between results, relative to the largest value. */
    private static final double TOLERANCE = 1e-3;

    private final Interleaved timing;
    private final History history;

    private Peers(Interleaved timing, History history) {
        this.timing = timing;
        this.history = history;
    }

    /**
     * Compares, prints a line each and appends it to the history.
     *
     * @param arguments commit, rounds, history file, then groups: {@code vit}, {@code vit4}, {@code vitb}, {@code djl},
     *     {@code products}, {@code threads}, {@code linear}, {@code blocks}, {@code recorded}, {@code faiss}, {@code coreset}, or {@code published=FILE} with JSON lines of the published
     *     code's times ({@code what} nve or published_query, {@code batch}, {@code precision}, {@code median_ms})
     */
    public static void main(String[] arguments) throws Exception {
        Interleaved timing = new Interleaved(Integer.parseInt(arguments[1]));
        Peers peers = new Peers(timing, new History(Path.of(arguments[2]), arguments[0]));
        for (String group : List.of(arguments).subList(3, arguments.length)) {
            try (Backend backend = Backends.best()) {
                System.out.println(group + " on " + backend.description());
                peers.run(group, backend);
            }
        }
    }

    private void run(String group, Backend backend) throws Exception {
        switch (group) {
            case "vit" -> visionTransformer("dinov2_vits14", 1, backend);
            case "vit4" -> visionTransformer("dinov2_vits14", 4, backend);
            case "vitb" -> visionTransformer("dinov2_vitb14", 1, backend);
            case "djl" -> throughDjl("dinov2_vits14", 1, backend);
            case "products" -> {
                products(backend, 1025, 384, 1536);
                products(backend, 1025, 1536, 384);
            }
            case "threads" -> threads();
            case "linear" -> linear(backend);
            case "blocks" -> blocks(backend);
            case "recorded" -> recorded(backend);
            case "faiss" -> {
                neighbours(backend, 65_536);
                neighbours(backend, 1_000_000);
            }
            case "coreset" -> coreset(backend, 100_000);
            default -> {
                if (!group.startsWith("published=")) {
                    throw new IllegalArgumentException("no group " + group);
                }
                published(Path.of(group.substring("published=".length())), backend);
            }
        }
    }

    private void visionTransformer(String model, int batch, Backend backend) throws Exception {
        VitWeights weights = VitWeights.seeded(VitConfig.named(model), model + "/");
        float[] pixels = SeededValues.uniform("images", batch * 3 * SIZE * SIZE, 2, 0);
        try (VisionTransformer network = VisionTransformer.load(weights, backend);
                OnnxPeer peer = new OnnxPeer(weights, SIZE, Runtime.getRuntime().availableProcessors())) {
            Interleaved.Side ours = pass(network, pixels, batch);
            compare(
                    backend,
                    model + " at 448, batch " + batch,
                    "ONNX Runtime",
                    ours,
                    () -> peer.patches(pixels, batch, SIZE));
        }
    }

    /** The same with PyTorch as the peer. */
    private void throughDjl(String model, int batch, Backend backend) throws Exception {
        VitWeights weights = VitWeights.seeded(VitConfig.named(model), model + "/");
        float[] pixels = SeededValues.uniform("images", batch * 3 * SIZE * SIZE, 2, 0);
        try (VisionTransformer network = VisionTransformer.load(weights, backend);
                DjlPeer peer = new DjlPeer(weights, SIZE, Runtime.getRuntime().availableProcessors())) {
            String what = model + " at 448, batch " + batch;
            Interleaved.Side ours = pass(network, pixels, batch);
            compare(backend, what, DjlPeer.description(), ours, () -> peer.patches(pixels, batch, SIZE));
        }
    }

    private static Interleaved.Side pass(VisionTransformer network, float[] pixels, int batch) {
        return () -> {
            try (Scope scope = network.backend().scope()) {
                return network.patches(scope.upload(pixels, batch, 3, SIZE, SIZE), scope)
                        .toArray();
            }
        };
    }

    private void products(Backend backend, int rows, int in, int out) throws Exception {
        float[] x = SeededValues.uniform("x", rows * in, 1, 0);
        float[] w = SeededValues.uniform("w", out * in, 1, 0);
        FMatrixRMaj left = FMatrixRMaj.wrap(rows, in, x);
        FMatrixRMaj right = FMatrixRMaj.wrap(out, in, w);
        FMatrixRMaj product = new FMatrixRMaj(rows, out);
        try (Scope scope = backend.scope()) {
            Tensor rowsOfX = scope.upload(x, rows, in);
            PackedWeight packed = backend.products().pack(scope.upload(w, out, in), null, scope);
            Tensor result = scope.allocate(rows, out);
            Interleaved.Side ours = () -> {
                backend.products().linear(rowsOfX, packed, Epilogue.NONE, result);
                return result.slice(0, 1).toArray();
            };
            Interleaved.Side peer = () -> {
                CommonOps_FDRM.multTransB(left, right, product);
                return Arrays.copyOf(product.data, out);
            };
            compare(backend, "product " + rows + "x" + in + "x" + out, "EJML, one thread", ours, peer);
        }
    }

    private void compare(Backend backend, String what, String name, Interleaved.Side ours, Interleaved.Side peer)
            throws Exception {
        Interleaved.check(what, ours, peer, TOLERANCE);
        double[] medians = timing.medians(ours, peer);
        report(backend, "peers", what, name, medians[0], medians[1]);
    }

    /** Nearest neighbours of the patches of an image, beside FAISS, which times itself. */
    private void neighbours(Backend backend, int references) throws Exception {
        int k = 12;
        float[] rows = SeededValues.uniform("references", references * WIDTH, 1, 0);
        float[] patches = SeededValues.uniform("queries", PATCHES * WIDTH, 1, 0);
        normalise(rows);
        normalise(patches);
        try (Scope scope = backend.scope();
                PythonPeer peer = new PythonPeer(
                        "faiss_peer.py",
                        List.of(rows, patches),
                        WIDTH,
                        k,
                        Runtime.getRuntime().availableProcessors())) {
            Tensor queries = scope.upload(patches, PATCHES, WIDTH);
            Tensor similarities = scope.allocate(PATCHES, k);
            Indices indices = scope.allocateIndices(PATCHES, k);
            long before = backend.liveBytes();
            NeighbourIndex index;
            try (Scope temporary = backend.scope()) {
                index = backend.neighbours().index(temporary.upload(rows, references, WIDTH), scope);
            }
            String what = PATCHES + " queries x " + references + " references x " + WIDTH + ", k = " + k;
            System.out.printf(
                    Locale.ROOT,
                    "%s: the index takes %.2f times the rows%n",
                    what,
                    (backend.liveBytes() - before) / (4.0 * rows.length));
            Interleaved.Side ours = () -> {
                backend.neighbours().topK(queries, index, k, similarities, indices);
                return similarities.slice(0, 1).toArray();
            };
            Interleaved.check(what, ours, peer::check, TOLERANCE);
            double[] times = new double[timing.rounds()];
            double[] theirs = new double[timing.rounds()];
            for (int round = 0; round < timing.rounds(); round++) {
                theirs[round] = peer.run();
                times[round] = timing.milliseconds(ours);
            }
            report(backend, "peers", what, peer.description(), Interleaved.median(times), Interleaved.median(theirs));
        }
    }

    /** A tenth of rows without structure, which is the worst case for the distances that need not be computed. */
    private void coreset(Backend backend, int rows) throws Exception {
        float[] values = SeededValues.uniform("rows", rows * PROJECTED, 1, 0);
        int count = rows / 10;
        int measured = count / 100;
        try (PythonPeer peer = new PythonPeer(
                "coreset_peer.py",
                List.of(values),
                PROJECTED,
                measured,
                Runtime.getRuntime().availableProcessors())) {
            float[] theirs = peer.check();
            int[] ours = Coreset.from((int) theirs[0], values, PROJECTED, theirs.length);
            for (int i = 0; i < theirs.length; i++) {
                if (ours[i] != (int) theirs[i]) {
                    throw new IllegalStateException("coreset, row " + i + ": " + ours[i] + ", expected " + theirs[i]);
                }
            }
            double[] times = new double[timing.rounds()];
            double[] published = new double[timing.rounds()];
            for (int round = 0; round < timing.rounds(); round++) {
                // Each of its steps takes the same time, so a hundredth is enough.
                published[round] = 100 * peer.run();
                long start = System.nanoTime();
                Coreset.from(0, values, PROJECTED, count);
                times[round] = (System.nanoTime() - start) / 1e6;
            }
            String what = "coreset, " + count + " of " + rows + " rows of " + PROJECTED + " numbers";
            double theirMedian = Interleaved.median(published);
            report(
                    backend,
                    "peers",
                    what,
                    peer.description() + ", a hundredth of it x 100",
                    Interleaved.median(times),
                    theirMedian);
        }
    }

    private static void normalise(float[] rows) {
        for (int at = 0; at < rows.length; at += WIDTH) {
            double sum = 0;
            for (int i = at; i < at + WIDTH; i++) {
                sum += (double) rows[i] * rows[i];
            }
            for (int i = at; i < at + WIDTH; i++) {
                rows[i] /= (float) Math.sqrt(sum);
            }
        }
    }

    /** One thread against all: what a network and a query gain. */
    private void threads() throws Exception {
        int all = Runtime.getRuntime().availableProcessors();
        float[] pixels = SeededValues.uniform("images", 3 * SIZE * SIZE, 2, 0);
        VitWeights weights = VitWeights.seeded(VitConfig.named("dinov2_vits14"), "dinov2_vits14/");
        try (Backend many = open(all);
                Backend one = open(1);
                VisionTransformer fast = VisionTransformer.load(weights, many);
                VisionTransformer slow = VisionTransformer.load(weights, one);
                EraserTask eraserOfMany = new EraserTask(many, PATCHES, PATCHES);
                EraserTask eraserOfOne = new EraserTask(one, PATCHES, PATCHES)) {
            double[] medians = timing.medians(pass(fast, pixels, 1), pass(slow, pixels, 1));
            report(many, "threads", "dinov2_vits14 at 448, batch 1", "one thread", medians[0], medians[1]);
            medians = timing.medians(eraserOfMany::run, eraserOfOne::run);
            report(many, "threads", "NVE, 1024 references", "one thread", medians[0], medians[1]);
        }
    }

    /** Blocks as one operation against the operations they are made of. */
    private void blocks(Backend backend) throws Exception {
        try (BlocksTask whole = new BlocksTask(backend, backend.transformerBlocks());
                BlocksTask composed = new BlocksTask(backend, new TransformerBlocks(new ComposedBlocks(backend)))) {
            compare(backend, "12 blocks of ViT-S/14, 1025 tokens", "operation by operation", whole::run, composed::run);
        }
    }

    /** Recorded passes against ones whose commands are given anew. */
    private void recorded(Backend backend) throws Exception {
        try (DinoV2 dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", backend);
                BuiltinBackbone builtin = new BuiltinBackbone(backend)) {
            for (PixelExtractor network : List.of(dino, builtin)) {
                try (RecordedPass pass = new RecordedPass(network, 1)) {
                    System.out.println(network.name() + ": " + pass.description());
                    double[] medians = timing.medians(pass::replayed, pass::direct);
                    String what = network.name() + " at 448, batch 1";
                    report(backend, "recorded", what, "given anew", medians[0], medians[1]);
                    double[][] given = new double[2][timing.rounds()];
                    for (int round = 0; round < timing.rounds(); round++) {
                        given[0][round] = pass.millisToGive(true);
                        given[1][round] = pass.millisToGive(false);
                    }
                    double replay = Interleaved.median(given[0]);
                    double anew = Interleaved.median(given[1]);
                    report(backend, "recorded", what + ", the host's part", "given anew", replay, anew);
                }
            }
        }
        try (QueryTask direct = QueryTask.recorded(backend, SIZE, 1, false);
                QueryTask recorded = QueryTask.recorded(backend, SIZE, 1, true)) {
            double[] medians = timing.medians(recorded::run, direct::run);
            report(backend, "recorded", "one query, image to heatmap", "given anew", medians[0], medians[1]);
        }
    }

    private static Backend open(int threads) {
        return Backends.open("cpu", Backends.Options.DEFAULT.withThreads(threads));
    }

    /** The eraser over four sizes of references, and of queries. */
    private void linear(Backend backend) throws Exception {
        for (int references : new int[] {1024, 4096, 16384, 65536}) {
            erase(backend, "NVE by reference patches", references, PATCHES, references);
        }
        for (int queries : new int[] {1024, 2048, 4096, 8192}) {
            erase(backend, "NVE by query patches", queries, queries, PATCHES);
        }
    }

    private void erase(Backend backend, String what, int size, int queries, int references) throws Exception {
        try (EraserTask task = new EraserTask(backend, queries, references)) {
            double median = timing.medians(task::run)[0];
            System.out.printf(Locale.ROOT, "%-40s %9d %9.2f ms%n", what, size, median);
            history.append(backend.name(), "linear", what, Map.of("size", size, "ours_ms", History.round(median, 3)));
        }
    }

    private void published(Path file, Backend backend) throws Exception {
        try (EraserTask eraser = new EraserTask(backend, PATCHES, PATCHES);
                QueryTask query = new QueryTask(backend)) {
            double nve = timing.medians(eraser::run)[0];
            double score = timing.medians(query::run)[0];
            for (String line : Files.readAllLines(file)) {
                if (!line.startsWith("{")) { // the peer's check of itself against fixtures
                    continue;
                }
                JsonNode peer = new ObjectMapper().readTree(line);
                if (peer.path("batch").asInt() != 1
                        || !peer.path("precision").asText().equals("float32")) {
                    continue;
                }
                String mode = "PyTorch, " + peer.path("mode").asText();
                double theirs = peer.path("median_ms").asDouble();
                switch (peer.path("what").asText()) {
                    case "nve" -> report(backend, "published", "NVE, 1024 references", mode, nve, theirs);
                    case "published_query" ->
                        report(backend, "published", "one query, resize to heatmap", mode, score, theirs);
                    default -> {}
                }
            }
        }
    }

    private void report(Backend backend, String group, String what, String peer, double ours, double theirs)
            throws IOException {
        double ratio = theirs / ours;
        System.out.printf(
                Locale.ROOT,
                "%-34s ours %9.2f ms   %s %9.2f ms   %.3f times as fast%n",
                what,
                ours,
                peer,
                theirs,
                ratio);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("ours_ms", History.round(ours, 3));
        values.put("peer", peer);
        values.put("peer_ms", History.round(theirs, 3));
        values.put("ratio", History.round(ratio, 4));
        history.append(backend.name(), group, what, values);
    }
}
