package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PixelsAheadTest {
    private final BlockingQueue<List<RgbImage>> prepared = new LinkedBlockingQueue<>();
    private final List<RgbImage> images = IntStream.range(0, 5)
            .mapToObj(i -> new RgbImage(1, 1, new byte[] {(byte) i, 0, 0}))
            .toList();

    /** Notes which images are prepared. */
    private PixelExtractor extractor() {
        return (PixelExtractor) Proxy.newProxyInstance(
                PixelExtractor.class.getClassLoader(),
                new Class<?>[] {PixelExtractor.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("preparation");
                    List<?> some = (List<?>) arguments[0];
                    prepared.add(some.stream().map(RgbImage.class::cast).toList());
                    return (Consumer<Tensor>) tensor -> {};
                });
    }

    @Test
    void theNextImagesArePreparedBeforeTheyAreAskedFor() throws InterruptedException {
        PixelsAhead ahead = new PixelsAhead(extractor(), images);
        ahead.of(0, 2);
        assertThat(prepared.poll(1, TimeUnit.MINUTES)).isEqualTo(images.subList(0, 2));
        assertThat(prepared.poll(1, TimeUnit.MINUTES)).isEqualTo(images.subList(2, 4));
        ahead.of(2, 2);
        assertThat(prepared.poll(1, TimeUnit.MINUTES)).isEqualTo(images.subList(4, 5));
        ahead.of(4, 1);
        assertThat(prepared).isEmpty();
    }
}
