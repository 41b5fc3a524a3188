package dev.ideal4j.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SkipPrinterTest {
    static class Some {
        @Test
        void runs() {}

        @Test
        @EnabledIfSystemProperty(named = "not.set", matches = "true", disabledReason = "takes an hour")
        void waits() {}

        @ParameterizedTest
        @ValueSource(strings = {"cpu", "cuda"})
        void needs(String backend) {
            assumeTrue(backend.equals("cpu"), "no " + backend);
        }
    }

    @Disabled("all of it")
    static class None {
        @Test
        void isNotReached() {}
    }

    @Test
    void everySkippedTestAndClassIsPrintedWithItsReason() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            LauncherFactory.create()
                    .execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(Some.class), selectClass(None.class))
                            .build());
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("skipped: ")))
                .hasSize(3)
                .anyMatch(line -> line.matches("skipped: .*Some > waits\\(\\): .*takes an hour"))
                .anyMatch(line -> line.matches("skipped: .*Some > needs\\(String\\) > .*cuda.*: .*no cuda"))
                .anyMatch(line -> line.matches("skipped: .*None: all of it"));
    }
}
