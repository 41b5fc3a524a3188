package org.example.app;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;

/** Scores images of a product whose fitted detector can be replaced meanwhile. */
final class Station implements AutoCloseable {
    private volatile FittedDetector current;

    Station(FittedDetector first) {
        current = first;
    }

    /** From any thread. */
    Anomaly score(RgbImage image) {
        while (true) {
            FittedDetector detector = current;
            try {
                return detector.score(image);
            } catch (ClosedException e) {
                if (detector == current) {
                    throw e;
                }
            }
        }
    }

    /** Calls that have begun end with the old detector. */
    synchronized void replace(FittedDetector next) {
        FittedDetector old = current;
        current = next;
        old.close();
    }

    @Override
    public void close() {
        current.close();
    }
}
