package dev.ideal4j.backbone;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The backends that tests run on: every one that is available here. */
final class BackendsUnderTest {
    private BackendsUnderTest() {}

    static List<String> names() {
        return Backends.describe().stream()
                .filter(Availability::available)
                .map(Availability::name)
                .toList();
    }

    /** Each backend's name with each of some other arguments. */
    static Stream<Arguments> with(Object... others) {
        return names().stream().flatMap(name -> Stream.of(others).map(other -> Arguments.of(name, other)));
    }
}
