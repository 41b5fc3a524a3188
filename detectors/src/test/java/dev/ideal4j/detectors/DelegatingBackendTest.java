package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.devnet.DevNetConfig;
import dev.ideal4j.detectors.devnet.DevNetDetector;
import dev.ideal4j.detectors.fdsl.FdslConfig;
import dev.ideal4j.detectors.fdsl.FdslDetector;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.nagl.NaglDetector;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backend that passes its calls on, to count them for instance, would be left out: it is refused. */
class DelegatingBackendTest {
    private static Backend delegating(Backend backend) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void backbonesAndDetectorsRefuseIt() {
        VitConfig tiny = new VitConfig(32, 1, 2, 64, false, 0, 14, 5, VitConfig.Position.PLAIN);
        try (Backend backend = Backends.open("cpu");
                ResNet18Backbone resNet = ResNet18Backbone.untrained(7, 32, backend)) {
            long before = backend.liveBytes();
            Backend delegating = delegating(backend);
            GivenFeatures given = new GivenFeatures(delegating, 2, 2, 14, 24, "given");
            for (Runnable use : List.<Runnable>of(
                    () -> new BuiltinBackbone(delegating, 112),
                    () -> ResNet18Backbone.untrained(7, 32, delegating),
                    () -> new DinoV2(VitWeights.seeded(tiny, "tiny/"), DinoV2.Options.DEFAULT, delegating),
                    () -> IdealDetector.untrained(given, 1),
                    () -> NaglDetector.untrained(given, 1),
                    () -> FdslDetector.untrained(given, 1, FdslConfig.PUBLISHED.with(FdslConfig.Windows.NONE)),
                    () -> DevNetDetector.of(resNet.weights(), delegating, DevNetConfig.PUBLISHED))) {
                assertThatThrownBy(use::run)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("whose scopes belong to dev.ideal4j.kernels.cpu.CpuBackend");
            }
            assertThat(backend.liveBytes()).isEqualTo(before);
        }
    }
}
