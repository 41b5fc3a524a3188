package dev.ideal4j.cli.weights;

import java.net.URI;
import java.util.Optional;

/**
 * Weights that somebody publishes.
 *
 * @param name how to ask for them: {@code dinov2_vits14}
 * @param uri where their publisher has them
 * @param description the network, in a few words
 * @param licence SPDX identifier of the licence they come under
 * @param sha256 the SHA-256 that the publisher states, in lower-case hex, whole or its first digits; empty where none is
 *     stated
 */
public record WeightEntry(String name, URI uri, String description, String licence, Optional<String> sha256) {
    /** The publisher's name of the file. */
    public String fileName() {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
