package dev.ideal4j.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ideal4j.cli.weights.FetchException.Reason;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a local server that fails on request. */
@Timeout(60)
class WeightFetcherTest {
    @TempDir
    Path temporary;

    private final WeightFetcher fetcher = new WeightFetcher(Duration.ofSeconds(20));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private Path folder;
    private byte[] content;

    /** The behaviour of the server, which each test sets. */
    private volatile boolean supportsRanges = true;

    private volatile String etag = "\"v1\"";
    private volatile int breakAfter = Integer.MAX_VALUE;
    private volatile long received;
    private final FetchListener follower = (done, total) -> received = done;

    @BeforeEach
    void serve() throws IOException {
        folder = temporary.resolve("home/weights");
        content = weights("w");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/a.pth", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private byte[] weights(String seed) throws IOException {
        Path file = temporary.resolve("served.pth");
        float[] values = SeededValues.uniform(seed, 60_000, 1, 0);
        TorchCheckpointWriter.write(file, new ArrayWeights("served").put("w", Shape.of(60_000), values));
        return Files.readAllBytes(file);
    }

    private URI uri(String path) {
        return URI.create("http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + path);
    }

    private Path fetch() {
        return fetcher.fetch(uri("/a.pth"), folder, Optional.empty(), follower);
    }

    private static String sha256(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("sha", null);
        Path written = Files.write(file, bytes);
        String hash = Fingerprint.ofFile(written);
        Files.delete(file);
        return hash;
    }

    /** Serves the content as a web server does: all of it, or a range if the client has the same version. */
    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(String.valueOf(range));
        if (etag != null) {
            exchange.getResponseHeaders().set("ETag", etag);
        }
        int start = 0;
        boolean same = etag != null && etag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
        if (supportsRanges && range != null && same) {
            start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            String sent = "bytes " + start + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().set("Content-Range", sent);
        }
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, content.length - start);
        int end = Math.min(content.length, breakAfter);
        exchange.getResponseBody().write(content, start, end - start);
        exchange.getResponseBody().flush();
        if (end < content.length) {
            // Bytes that arrive with the end of a broken connection may be lost, so the client gets them first.
            while (received < end) {
                LockSupport.parkNanos(1_000_000);
            }
            throw new IOException("the interruption that the test asked for: the server drops the connection");
        }
        exchange.close();
    }

    private void interruptAfter(int bytes) {
        breakAfter = bytes;
        assertFails(Reason.CONNECTION, "after " + bytes + " of " + content.length + " bytes; fetch it again");
        breakAfter = Integer.MAX_VALUE;
        assertThat(folder.resolve("a.pth")).doesNotExist();
        assertThat(folder.resolve("a.pth.part")).hasSize(bytes);
    }

    private void assertFails(Reason reason, String message) {
        assertThatThrownBy(this::fetch)
                .isInstanceOf(FetchException.class)
                .hasMessageStartingWith(uri("/a.pth") + ": ")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((FetchException) e).reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    private void assertFetched(Path file) throws IOException {
        assertThat(file).isEqualTo(folder.resolve("a.pth")).hasBinaryContent(content);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("a.pth", "a.pth.json");
        }
        JsonNode record =
                new ObjectMapper().readTree(folder.resolve("a.pth.json").toFile());
        assertThat(record.path("sha256").asText()).isEqualTo(sha256(content));
        assertThat(record.path("bytes").asLong()).isEqualTo(content.length);
        assertThat(record.path("url").asText()).isEqualTo(uri("/a.pth").toString());
    }

    @Test
    void fetchesOnceAndTellsProgress() throws IOException {
        List<Long> progress = new ArrayList<>();
        Path file = fetcher.fetch(uri("/a.pth"), folder, Optional.of(sha256(content)), (done, total) -> {
            assertThat(total).isEqualTo(content.length);
            progress.add(done);
        });
        assertFetched(file);
        assertThat(progress)
                .isSorted()
                .startsWith(0L)
                .endsWith((long) content.length)
                .hasSizeGreaterThan(3);
        assertFetched(fetch());
        assertThat(ranges).containsExactly("null");
    }

    @Test
    void goesOnWhereItWasInterrupted() throws IOException {
        interruptAfter(100_000);
        interruptAfter(150_001);
        List<Long> progress = new ArrayList<>();
        Path file = fetcher.fetch(uri("/a.pth"), folder, Optional.of(sha256(content)), (done, t) -> progress.add(done));
        assertFetched(file);
        assertThat(progress).startsWith(150_001L);
        assertThat(ranges).containsExactly("null", "bytes=100000-", "bytes=150001-");
    }

    @Test
    void startsAgainWhenTheServerHasNoRanges() throws IOException {
        supportsRanges = false;
        interruptAfter(100_000);
        assertFetched(fetch());
    }

    @Test
    void startsAgainWhenTheFileHasChanged() throws IOException {
        interruptAfter(100_000);
        content = weights("another");
        etag = "\"v2\"";
        assertFetched(fetch());
        assertThat(ranges).containsExactly("null", "bytes=100000-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/\"weak\"", ""})
    void startsAgainWhenNothingTellsVersionsApart(String mark) throws IOException {
        etag = mark.isEmpty() ? null : mark;
        interruptAfter(100_000);
        assertFetched(fetch());
        assertThat(ranges).containsExactly("null", "null");
    }

    @Test
    void startsAgainWhenTheNoteBesideThePartIsGoneOrDamaged() throws IOException {
        interruptAfter(100_000);
        Files.writeString(folder.resolve("a.pth.part.json"), "{\"url\":");
        interruptAfter(50_000);
        Files.delete(folder.resolve("a.pth.part.json"));
        assertFetched(fetch());
        assertThat(ranges).containsExactly("null", "null", "null");
    }

    @Test
    void startsAgainWhenThePartIsLongerThanTheFile() throws IOException {
        interruptAfter(100_000);
        Files.write(folder.resolve("a.pth.part"), new byte[content.length + 10]);
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                exchange.sendResponseHeaders(416, -1);
                exchange.close();
            } else {
                answer(exchange);
            }
        });
        assertFetched(fetch());
    }

    @Test
    void refusesAContinuationOfSomethingElse() {
        interruptAfter(100_000);
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(new byte[10]);
            exchange.close();
        });
        assertFails(Reason.SERVER, "'bytes 0-9/10' after 100000 of " + content.length);
        assertThat(folder.resolve("a.pth.part")).hasSize(100_000);
    }

    @Test
    void keepsAFileWithAnotherHashAside() throws IOException {
        String other = "0".repeat(64);
        assertThatThrownBy(() -> fetcher.fetch(uri("/a.pth"), folder, Optional.of(other), follower))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining(sha256(content))
                .hasMessageContaining("expected " + other)
                .satisfies(e -> assertThat(((FetchException) e).reason()).isEqualTo(Reason.WRONG_HASH));
        assertThat(folder.resolve("a.pth")).doesNotExist();
        assertThat(folder.resolve("a.pth.part")).hasBinaryContent(content);
        // The hash is still wrong, perhaps because of the transfer, so the file is fetched again.
        assertThatThrownBy(() -> fetcher.fetch(uri("/a.pth"), folder, Optional.of(other), follower))
                .isInstanceOf(FetchException.class);
        assertThat(ranges).containsExactly("null", "null");
        // The expected hash was wrong, so the existing file is used.
        assertFetched(
                fetcher.fetch(uri("/a.pth"), folder, Optional.of(sha256(content).toUpperCase()), follower));
        assertThat(ranges).hasSize(2);
    }

    @Test
    void checksAFileThatIsThereAlready() throws IOException {
        fetch();
        assertThatThrownBy(() -> fetcher.fetch(uri("/a.pth"), folder, Optional.of("12345678"), follower))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("delete it to fetch it again");
        String start = sha256(content).substring(0, 8);
        assertFetched(fetcher.fetch(uri("/a.pth"), folder, Optional.of(start), follower));
    }

    @Test
    void takesTheHashOfTheCatalogueUnlessToldAnother() throws IOException {
        WeightEntry wrong = new WeightEntry("a", uri("/a.pth"), "test", "MIT", Optional.of("12345678"));
        assertThatThrownBy(() -> fetcher.fetch(wrong, folder, Optional.empty(), follower))
                .hasMessageContaining("expected 12345678");
        assertFetched(fetcher.fetch(wrong, folder, Optional.of(sha256(content)), follower));
    }

    @Test
    void refusesWhatIsNotWeights() {
        content = "<!DOCTYPE html><title>Please log in</title>".getBytes();
        assertFails(Reason.NOT_WEIGHTS, "found a web page");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "404, NOT_FOUND",
        "410, NOT_FOUND",
        "401, REFUSED",
        "403, REFUSED",
        "429, REFUSED",
        "500, SERVER",
        "503, SERVER",
        "206, SERVER",
        "304, REFUSED"
    })
    void saysWhatTheServerAnswered(int status, Reason reason) {
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        assertFails(reason, "status " + status);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void followsRedirectsAlsoWhenGoingOn() throws IOException {
        server.createContext("/moved/a.pth", exchange -> {
            exchange.getResponseHeaders().set("Location", "/a.pth");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        breakAfter = 100_000;
        assertThatThrownBy(() -> fetcher.fetch(uri("/moved/a.pth"), folder, Optional.empty(), follower))
                .isInstanceOf(FetchException.class);
        breakAfter = Integer.MAX_VALUE;
        Path file = fetcher.fetch(uri("/moved/a.pth"), folder, Optional.empty(), follower);
        assertThat(file).hasBinaryContent(content);
        assertThat(ranges).containsExactly("null", "bytes=100000-");
    }

    @Test
    void fetchesWithoutALengthToo() throws IOException {
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        List<Long> totals = new ArrayList<>();
        Path file = fetcher.fetch(uri("/a.pth"), folder, Optional.empty(), (done, total) -> totals.add(total));
        assertFetched(file);
        assertThat(totals).containsOnly(-1L);
    }

    @Test
    void givesUpOnAServerThatStalls() {
        CountDownLatch over = new CountDownLatch(1);
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 70_000);
            exchange.getResponseBody().flush();
            await(over);
            exchange.close();
        });
        WeightFetcher hasty = new WeightFetcher(Duration.ofSeconds(1));
        assertThatThrownBy(() -> hasty.fetch(uri("/a.pth"), folder, Optional.empty(), follower))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("nothing came for 1 s after ");
        over.countDown();
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create(
                    "http://" + silent.getInetAddress().getHostAddress() + ":" + silent.getLocalPort() + "/a.pth");
            assertThatThrownBy(() ->
                            new WeightFetcher(Duration.ofMillis(500)).fetch(uri, folder, Optional.empty(), follower))
                    .isInstanceOf(FetchException.class)
                    .hasMessageContaining("no connection: HttpTimeoutException");
        }
    }

    @Test
    void saysThatThereIsNoServer() {
        server.stop(0);
        assertFails(Reason.CONNECTION, "no connection: ConnectException");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void letsOnlyOneFetchAFileAtATime() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        var first = threads.submit(() -> fetcher.fetch(uri("/a.pth"), folder, Optional.empty(), (done, total) -> {
            started.countDown();
            await(goOn);
        }));
        await(started);
        assertFails(Reason.BUSY, "another program is fetching");
        goOn.countDown();
        assertFetched(first.get());
    }

    @Test
    void endsWhenInterrupted() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.removeContext("/a.pth");
        server.createContext("/a.pth", exchange -> {
            await(over);
            exchange.close();
        });
        Thread.currentThread().interrupt();
        assertFails(Reason.INTERRUPTED, "interrupted");
        assertThat(Thread.interrupted()).isTrue();
        over.countDown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/a.pth",
                "file:///a.pth",
                "http://host/",
                "http://host",
                "a.pth",
                "mailto:a",
                "http://host/..",
                "http://host/a%00b",
                "http://host/%2e%2e%2fx%2f..",
                "https:///a.pth"
            })
    void refusesAddressesWithoutAFile(String address) {
        assertThatThrownBy(() -> fetcher.fetch(URI.create(address), folder, Optional.empty(), follower))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(address);
        assertThat(folder).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234567", "not hex!", ""})
    void refusesHashesThatAreNone(String hash) {
        assertThatThrownBy(() -> fetcher.fetch(uri("/a.pth"), folder, Optional.of(hash), follower))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("SHA-256");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
