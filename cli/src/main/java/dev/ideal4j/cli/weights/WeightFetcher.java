package dev.ideal4j.cli.weights;

import dev.ideal4j.cli.weights.FetchException.Reason;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads weights over HTTP. It uses the JVM's proxy settings ({@code https.proxyHost} and similar). It follows redirects,
 * but not from HTTPS to HTTP.
 *
 * <p>A download is written to {@code NAME.part}. It gets its final name when it is complete, has the expected SHA-256 if
 * one is known, and opens as weights. An interrupted download continues where it ended if the server still has the same
 * file, and starts again otherwise. A complete file with an unexpected hash stays as {@code NAME.part}: a later fetch that
 * expects its hash takes it without a download, any other fetch downloads it again. {@code NAME.json} records the address,
 * the size, the time and the SHA-256 of the file.
 */
public final class WeightFetcher {
    private static final int PIECE = 1 << 16;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

    private final HttpClient client;
    private final Duration patience;

    /** Makes a fetcher that gives up on a server that sends nothing for a minute. */
    public WeightFetcher() {
        this(Duration.ofMinutes(1));
    }

    WeightFetcher(Duration patience) {
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .proxy(ProxySelector.getDefault())
                .connectTimeout(patience)
                .build();
    }

    /**
     * Fetches weights of the catalogue; see {@link #fetch(URI, Path, Optional, FetchListener)}. The expected hash is
     * {@code sha256}, or that of the catalogue if {@code sha256} is empty.
     */
    public Path fetch(WeightEntry entry, Path folder, Optional<String> sha256, FetchListener listener) {
        return fetch(entry.uri(), folder, sha256.or(entry::sha256), listener);
    }

    /**
     * Fetches a file of weights. Returns the file without a download if it exists already.
     *
     * @param uri http or https; the last part of its path becomes the file's name
     * @param folder the folder to write to; created if it is missing
     * @param sha256 the expected hash in hex, whole or its first 8 digits or more; empty to accept any
     * @param listener gets the progress
     * @return the file
     * @throws FetchException if the download fails, or the file is not the expected one
     * @throws FileAccessException if the file cannot be written, or does not fit on the disk
     */
    public Path fetch(URI uri, Path folder, Optional<String> sha256, FetchListener listener) {
        Path target = folder.resolve(fileName(uri));
        Optional<String> expected = sha256.map(WeightFetcher::checkedHash);
        try {
            if (Files.exists(target)) {
                if (expected.isPresent()) {
                    requireHash(uri, target, expected, "delete it to fetch it again");
                }
                return target;
            }
            Files.createDirectories(folder);
            try (PartialDownload part = PartialDownload.open(target)) {
                if (part == null) {
                    throw new FetchException(uri, Reason.BUSY, "another program is fetching " + target, null);
                }
                download(uri, part, expected, listener);
            }
            return target;
        } catch (IOException e) {
            throw FileAccessException.of(target, e);
        }
    }

    private static String fileName(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || !name.matches("[\\w][\\w.+@=-]*")) {
            throw new InvalidInputException("address", uri.toString(), "http(s)://…/ and a file's name at the end");
        }
        return name;
    }

    private static String checkedHash(String sha256) {
        String lower = sha256.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9a-f]{8,64}")) {
            throw new InvalidInputException("SHA-256", sha256, "64 hex digits, or the first 8 or more");
        }
        return lower;
    }

    private void download(URI uri, PartialDownload part, Optional<String> expected, FetchListener listener)
            throws IOException {
        PartialDownload.State state = part.state(uri);
        boolean whole = state != null && part.size() > 0 && part.size() == state.total();
        if (whole && !hasHash(part.file(), expected)) {
            transfer(uri, part, null, listener);
        } else if (!whole) {
            transfer(uri, part, state, listener);
        }
        part.force();
        String seen = requireHash(uri, part.file(), expected, "the file is kept under that name");
        try {
            Checkpoints.open(part.file()).close();
        } catch (FileFormatException e) {
            part.discard();
            throw new FetchException(uri, Reason.NOT_WEIGHTS, "not weights: " + e.getMessage(), e);
        }
        part.finish(uri, seen);
    }

    private static String requireHash(URI uri, Path file, Optional<String> expected, String consequence) {
        String seen = Fingerprint.ofFile(file);
        if (expected.isPresent() && !seen.startsWith(expected.get())) {
            String found = "SHA-256 of " + file + " is " + seen + ", expected " + expected.get();
            throw new FetchException(uri, Reason.WRONG_HASH, found + "; " + consequence, null);
        }
        return seen;
    }

    private static boolean hasHash(Path file, Optional<String> expected) {
        return expected.isEmpty() || Fingerprint.ofFile(file).startsWith(expected.get());
    }

    /** Downloads the missing part of the file after {@code state}, or the whole file if {@code state} is null. */
    private void transfer(URI uri, PartialDownload part, PartialDownload.State state, FetchListener listener)
            throws IOException {
        boolean resume = state != null && !state.validator().isEmpty() && part.size() > 0;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(patience).header("User-Agent", "ideal4j");
        if (resume) {
            // If the file has changed, the server sends the whole new file.
            request.header("Range", "bytes=" + part.size() + "-").header("If-Range", state.validator());
        }
        HttpResponse<InputStream> response = send(uri, request.build());
        try (StallGuard guard = new StallGuard(response.body(), patience)) {
            int status = response.statusCode();
            if (status == 416 && resume) {
                transfer(uri, part, null, listener);
                return;
            }
            requireSuccess(uri, status, resume);
            PartialDownload.State now = state;
            if (status == 206) {
                requireContinuation(uri, response.headers(), part.size(), state.total());
            } else {
                now = new PartialDownload.State(uri.toString(), validator(response.headers()), length(response));
                part.restart(now);
            }
            copy(uri, response.body(), guard, part, now.total(), listener);
        }
    }

    private HttpResponse<InputStream> send(URI uri, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new FetchException(uri, Reason.CONNECTION, "no connection: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchException(uri, Reason.INTERRUPTED, "interrupted", e);
        }
    }

    private static void requireSuccess(URI uri, int status, boolean resume) {
        if (status == 404 || status == 410) {
            throw new FetchException(
                    uri, Reason.NOT_FOUND, "the server has no such file (status " + status + ")", null);
        } else if (status >= 500 || status == 206 && !resume) {
            throw new FetchException(uri, Reason.SERVER, "the server failed (status " + status + ")", null);
        } else if (status != 200 && status != 206) {
            throw new FetchException(uri, Reason.REFUSED, "the server refuses the file (status " + status + ")", null);
        }
    }

    private static void requireContinuation(URI uri, HttpHeaders headers, long have, long total) {
        String range = headers.firstValue("Content-Range").orElse("");
        Matcher parts = CONTENT_RANGE.matcher(range);
        if (!parts.matches()
                || !parts.group(1).equals(Long.toString(have))
                || total >= 0 && !parts.group(2).equals(Long.toString(total))) {
            String found = "the server went on with '" + range + "' after " + have + " of " + total + " bytes";
            throw new FetchException(uri, Reason.SERVER, found, null);
        }
    }

    /** The identifier of this version of the file. A weak ETag is not used, because several versions may share it. */
    private static String validator(HttpHeaders headers) {
        return headers.firstValue("ETag")
                .filter(etag -> !etag.startsWith("W/"))
                .or(() -> headers.firstValue("Last-Modified"))
                .orElse("");
    }

    private static long length(HttpResponse<?> response) {
        return response.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private void copy(
            URI uri, InputStream body, StallGuard guard, PartialDownload part, long total, FetchListener listener)
            throws IOException {
        long done = part.size();
        requireRoom(part.file(), total - done);
        listener.progress(done, total);
        byte[] piece = new byte[PIECE];
        int count = read(uri, body, guard, piece, done, total);
        while (count >= 0) {
            part.append(piece, count);
            done += count;
            guard.arrived();
            listener.progress(done, total);
            count = read(uri, body, guard, piece, done, total);
        }
        if (total >= 0 && done != total) {
            throw broken(uri, "it ended", done, total, null);
        }
    }

    private int read(URI uri, InputStream body, StallGuard guard, byte[] piece, long done, long total) {
        try {
            return body.read(piece);
        } catch (IOException e) {
            String what = guard.stalled() ? "nothing came for " + patience.toSeconds() + " s" : reason(e);
            throw broken(uri, what, done, total, e);
        }
    }

    private static FetchException broken(URI uri, String what, long done, long total, IOException cause) {
        String progress = total < 0 ? done + " bytes" : done + " of " + total + " bytes";
        String message = what + " after " + progress + "; fetch it again to continue from there";
        return new FetchException(uri, Reason.CONNECTION, message, cause);
    }

    private static void requireRoom(Path file, long needed) throws IOException {
        long free = Files.getFileStore(file).getUsableSpace();
        if (needed > free) {
            throw new FileAccessException(file, needed + " bytes needed, " + free + " free on its disk");
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage() == null ? "" : ": " + e.getMessage().replace('\n', ' ');
        return e.getClass().getSimpleName() + message;
    }
}
