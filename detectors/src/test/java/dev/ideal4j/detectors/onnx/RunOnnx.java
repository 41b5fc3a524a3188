package dev.ideal4j.detectors.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.ideal4j.core.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** An exported file, run by ONNX Runtime. */
final class RunOnnx implements AutoCloseable {
    private final OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    RunOnnx(Path file) throws OrtException {
        this.session = runtime.createSession(file.toString());
    }

    /** The results of an image; calibrated and anomalous are null without a decision rule. */
    record Result(float score, float[] map, Float calibrated, Boolean anomalous) {}

    Result score(RgbImage image) throws OrtException {
        long[] shape = {image.height(), image.width(), 3};
        ByteBuffer samples = ByteBuffer.allocateDirect(image.samples().length);
        samples.put(image.samples()).flip();
        try (OnnxTensor input = OnnxTensor.createTensor(runtime, samples, shape, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of("image", input))) {
            boolean decides = result.get("anomalous").isPresent();
            return new Result(
                    floats(result, "score")[0],
                    floats(result, "map"),
                    decides ? floats(result, "calibrated")[0] : null,
                    decides ? ((boolean[]) result.get("anomalous").get().getValue())[0] : null);
        }
    }

    private static float[] floats(OrtSession.Result result, String name) {
        FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
