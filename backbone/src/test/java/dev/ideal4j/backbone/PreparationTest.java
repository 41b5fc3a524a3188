package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.ops.Activation;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that a backend normalises, against {@link PixelExtractor#pixels}. */
class PreparationTest {
    private static final VitConfig TINY = new VitConfig(24, 2, 3, 32, false, 0, 14, 3, VitConfig.Position.PLAIN);
    private static final VitConfig ODD = new VitConfig(24, 2, 3, 32, false, 0, 7, 3, VitConfig.Position.PLAIN);
    private static final DinoV2.Options OPTIONS = DinoV2.Options.DEFAULT.withHeads(3);

    private static final String GROUPS = "ideal4j.opencl.groups";

    private static final VitConfig TINY_CLIP = new VitConfig(
            64,
            1,
            1,
            96,
            false,
            0,
            14,
            3,
            VitConfig.Position.REGISTERS,
            VitConfig.Style.clip(Activation.QUICK_GELU, 24));

    private static DinoV2 dino(VitConfig config, DinoV2.Options options, Backend backend) {
        return new DinoV2(VitWeights.seeded(config, "tiny/"), options, backend);
    }

    private static RgbImage image(int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }

    /** With a margin, and with images whose bytes do not fill the last integer. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void theBackendNormalisesToTheBitsOfTheHost(String name) {
        List<RgbImage> images = List.of(image(1, 56, 42), image(2, 90, 100), image(3, 7, 5));
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 cut =
                            dino(TINY, OPTIONS.withInput(42, 56).withResize(PillowResize.Filter.BILINEAR, 3), backend);
                    DinoV2 odd = dino(ODD, OPTIONS.withInput(35, 21), backend);
                    Scope scope = backend.scope()) {
                for (DinoV2 dino : List.of(cut, odd)) {
                    for (int count = 1; count <= images.size(); count++) {
                        Tensor prepared = scope.allocateUninitialised(count, dino.preparedSize());
                        PixelBatch.normalizedByBackend(dino, images.subList(0, count))
                                .accept(prepared);
                        assertThat(prepared.toArray()).isEqualTo(dino.pixels(images.subList(0, count)));
                    }
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** PoCL, told to be a GPU. */
    @Test
    void theHostMakesNoFloat32OfAnImageForADevice() {
        System.setProperty(GROUPS, "256");
        try (Backend backend = openCl();
                DinoV2 dino = dino(TINY, OPTIONS.withInput(224, 224), backend);
                Clip clip = new Clip(
                        VitWeights.of(ClipNames.official(TINY_CLIP, "clip/")),
                        Clip.Options.FDSL.withBlocks(List.of(1)).withInput(224, 224),
                        backend)) {
            makesNoFloat32(dino);
            makesNoFloat32(clip);
        } finally {
            System.clearProperty(GROUPS);
        }
    }

    private static void makesNoFloat32(PixelExtractor extractor) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        List<RgbImage> images = List.of(image(4, 224, 224));
        long before = threads.getThreadAllocatedBytes(self);
        Consumer<Tensor> preparation = extractor.preparation(images);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(allocated).isLessThan((long) Float.BYTES * extractor.preparedSize());
        try (Scope scope = extractor.backend().scope()) {
            Tensor prepared = scope.allocateUninitialised(1, extractor.preparedSize());
            preparation.accept(prepared);
            assertThat(prepared.toArray()).isEqualTo(extractor.pixels(images));
        }
    }

    private static Backend openCl() {
        try {
            return Backends.open("opencl:0");
        } catch (BackendUnavailableException e) {
            throw Assumptions.<RuntimeException>abort(e.getMessage());
        }
    }
}
