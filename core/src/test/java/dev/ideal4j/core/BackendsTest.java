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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private final List<String> opened = new ArrayList<>();

    /** A kind with one device. */
    private BackendProvider provider(String kind, int preference, Availability device, Supplier<Backend> open) {
        return provider(kind, preference, List.of(device), name -> open.get());
    }

    private BackendProvider provider(
            String kind, int preference, List<Availability> devices, Function<String, Backend> open) {
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
                return devices;
            }

            @Override
            public Backend open(String name, Backends.Options options) {
                opened.add(name);
                return open.apply(name);
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

    private static Backend warningsTo(List<String> warnings, Supplier<Backend> open) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            return open.get();
        } finally {
            System.setErr(before);
            err.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("WARN"))
                    .forEach(warnings::add);
        }
    }

    @Test
    void theNextBackendIsTakenWhereOneDoesNotOpenAndAWarningSaysWhy() {
        BackendProvider cpu = provider("cpu", 0, new Availability("cpu", true, "the CPU"), () -> named("cpu"));
        List<String> warnings = new ArrayList<>();
        Backend backend = warningsTo(
                warnings,
                () -> Backends.best(
                        List.of(
                                failing(
                                        "cuda",
                                        new BackendUnavailableException(
                                                "backend cuda:0 cannot be opened; out of memory")),
                                failing("opencl", new DeviceException("opencl:0", "the driver is broken")),
                                cpu),
                        Backends.Options.DEFAULT));
        assertThat(backend.name()).isEqualTo("cpu");
        assertThat(opened).containsExactly("cuda:0", "opencl:0", "cpu");
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("the backend cpu is used", "out of memory", "the driver is broken");
    }

    /** Two devices, each in two precisions. The first one cannot be opened. A parameter says whether the second one can. */
    private BackendProvider devices(boolean secondOpens) {
        List<Availability> devices = Stream.of("opencl:0", "opencl:0:low", "opencl:1", "opencl:1:low")
                .map(name -> new Availability(name, true, "a device"))
                .toList();
        return provider("opencl", 1, devices, name -> {
            if (name.startsWith("opencl:0") || !secondOpens) {
                throw new DeviceException(name, "the driver is broken");
            }
            return named(name);
        });
    }

    @Test
    void theNextDeviceOfAKindIsTakenWhereOneDoesNotOpenAndAWarningSaysWhy() {
        List<String> warnings = new ArrayList<>();
        Backend backend =
                warningsTo(warnings, () -> Backends.open(List.of(devices(true)), "opencl", Backends.Options.DEFAULT));
        assertThat(backend.name()).isEqualTo("opencl:1");
        assertThat(opened).containsExactly("opencl:0", "opencl:1");
        assertThat(warnings).singleElement().asString().contains("opencl:1 is used", "opencl:0", "broken");
    }

    @Test
    void aNamedDeviceOrTheOnlyOneFailsWithItsOwnReason() {
        assertThatThrownBy(() -> Backends.open(List.of(devices(true)), "opencl:0", Backends.Options.DEFAULT))
                .isInstanceOf(DeviceException.class);
        InvalidInputException wrong = new InvalidInputException("threads", "0", "1 or more");
        assertThatThrownBy(() -> Backends.open(List.of(failing("cpu", wrong)), "cpu", Backends.Options.DEFAULT))
                .isSameAs(wrong);
        assertThat(opened).containsExactly("opencl:0", "cpu:0");
    }

    @Test
    void aPrecisionIsNeverChosenWithoutItsName() {
        assertThatThrownBy(() -> Backends.open(List.of(devices(false)), "opencl", Backends.Options.DEFAULT))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("backend opencl is not available", "opencl:0: ", "opencl:1: ", "broken");
        assertThatThrownBy(() -> Backends.best(List.of(devices(false)), Backends.Options.DEFAULT))
                .isInstanceOf(BackendUnavailableException.class);
        assertThat(opened).containsExactly("opencl:0", "opencl:1", "opencl:0", "opencl:1");
        assertThat(Backends.open(List.of(devices(true)), "opencl:1:low", Backends.Options.DEFAULT)
                        .name())
                .isEqualTo("opencl:1:low");
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
