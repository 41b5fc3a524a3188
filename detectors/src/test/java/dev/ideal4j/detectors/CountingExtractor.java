package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the images that go through the network of a backbone. */
final class CountingExtractor implements AutoCloseable {
    private final AtomicInteger passes = new AtomicInteger();
    private final FeatureExtractor counted;

    CountingExtractor(FeatureExtractor extractor) {
        counted = extractor instanceof PixelExtractor
                ? (FeatureExtractor) Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {PixelExtractor.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("features")) {
                                passes.addAndGet(images(arguments));
                            }
                            try {
                                return method.invoke(extractor, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        })
                : extractor;
    }

    private static int images(Object[] arguments) {
        if (arguments[0] instanceof List<?> images) {
            return images.size();
        }
        return arguments[0] instanceof Tensor prepared ? prepared.shape().axis(0) : (int) arguments[1];
    }

    /** The backbone that counts; as it is if it does not show its pixels. */
    FeatureExtractor extractor() {
        return counted;
    }

    int passes() {
        return passes.get();
    }

    @Override
    public void close() {}
}
