package dev.ideal4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.onnx.OnnxExporter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A vision transformer in ONNX Runtime, at its best settings: all graph optimisations, as many threads as cores. */
final class OnnxPeer implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Path file;
    private final OrtSession session;

    OnnxPeer(VitWeights weights, int size, int threads) throws IOException, OrtException {
        file = Files.createTempFile("peer", ".onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            OnnxExporter.export(weights, size, size, file);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            session = environment.createSession(file.toString(), options);
        } catch (OrtException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** One forward pass: normalised images, {@code (batch, 3, size, size)}, to patch features. */
    float[] patches(float[] pixels, int batch, int size) throws OrtException {
        long[] shape = {batch, 3, size, size};
        try (OnnxTensor images = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
                OrtSession.Result result = session.run(Map.of("images", images), Set.of("patches"))) {
            FloatBuffer patches = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] values = new float[patches.remaining()];
            patches.get(values);
            return values;
        }
    }

    @Override
    public void close() throws OrtException, IOException {
        session.close();
        Files.deleteIfExists(file);
    }
}
