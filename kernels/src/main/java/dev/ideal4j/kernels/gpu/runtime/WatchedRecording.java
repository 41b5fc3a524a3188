package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.Recording;
import dev.ideal4j.core.support.Watch;
import java.lang.ref.Reference;

/** A recording as its user holds it: the backend knows the one inside, which is closed when nobody can reach this. */
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
