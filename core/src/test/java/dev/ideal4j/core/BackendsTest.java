package dev.ideal4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.BackendProvider.Availability;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private final List<String> opened = new ArrayList<>();

    /** A kind with one device. */
    private BackendProvider provider(String kind, int preference, Availability device, Supplier<Backend> open) {
        return new BackendProvider() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public int preference() {
                return preference;
            }

            @Override
            public List<Availability> probe() {
                return List.of(device);
            }

            @Override
            public Backend open(String name, Backends.Options options) {
                opened.add(name);
                return open.get();
            }
        };
    }

    private BackendProvider failing(String kind, RuntimeException error) {
        return provider(kind, 1, new Availability(kind + ":0", true, "a device"), () -> {
            throw error;
        });
    }

    private static Backend named(String name) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> name);
    }

    @Test
    void theNextBackendIsTakenWhereOneDoesNotOpenAndAWarningSaysWhy() {
        BackendProvider cpu = provider("cpu", 0, new Availability("cpu", true, "the CPU"), () -> named("cpu"));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Backend backend;
        try {
            backend = Backends.best(
                    List.of(
                            failing(
                                    "cuda",
                                    new BackendUnavailableException("backend cuda:0 cannot be opened; out of memory")),
                            failing("opencl", new DeviceException("opencl:0", "the driver is broken")),
                            cpu),
                    Backends.Options.DEFAULT);
        } finally {
            System.setErr(before);
        }
        assertThat(backend.name()).isEqualTo("cpu");
        assertThat(opened).containsExactly("cuda:0", "opencl:0", "cpu");
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.contains("WARN"))
                .singleElement()
                .asString()
                .contains("the backend cpu is used", "out of memory", "the driver is broken");
    }

    @Test
    void anErrorListsAllReasonsWhereNoneOpens() {
        BackendProvider absent =
                provider("opencl", 1, new Availability("opencl", false, "no OpenCL library found"), () -> null);
        assertThatThrownBy(() -> Backends.best(
                        List.of(
                                failing("cuda", new BackendUnavailableException("out of memory")),
                                absent,
                                failing("cpu", new InvalidInputException("threads", "0", "1 or more"))),
                        Backends.Options.DEFAULT))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("cuda:0: out of memory", "no OpenCL library found", "cpu:0: ", "threads");
    }

    @Test
    void numbersOfThreadsAreChecked() {
        for (int threads : new int[] {-1, 0, 1025}) {
            assertThatThrownBy(() -> Backends.Options.DEFAULT.withThreads(threads))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll("threads", Integer.toString(threads), "1 to 1024");
        }
    }
}
