package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.Recording;
import dev.ideal4j.core.support.Watch;
import java.lang.ref.Reference;

/**
 * The recording that the user holds. The backend refers only to the inner recording, which is closed when this object
 * becomes unreachable.
 */
final class WatchedRecording implements Recording {
    private final GpuRecording recording;
    private final Watch watch;

    WatchedRecording(GpuRecording recording) {
        this.recording = recording;
        this.watch = Watch.over(this, "a recording", recording::closeIfOpen);
    }

    @Override
    public void replay() {
        recording.replay();
        Reference.reachabilityFence(this);
    }

    @Override
    public String description() {
        return recording.description();
    }

    @Override
    public void close() {
        watch.close();
    }
}
