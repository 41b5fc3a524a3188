package dev.ideal4j.cli.weights;

import java.net.URI;
import java.util.Optional;

/**
 * Published weights.
 *
 * @param name name of the weights, such as {@code dinov2_vits14}
 * @param uri address of the file at its publisher
 * @param description short description of the network
 * @param licence SPDX identifier of their licence
 * @param sha256 the SHA-256 that the publisher states, in lower-case hex, whole or its first digits; empty if none is
 *     stated
 */
public record WeightEntry(String name, URI uri, String description, String licence, Optional<String> sha256) {
    /** The name of the file at its publisher. */
    public String fileName() {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
