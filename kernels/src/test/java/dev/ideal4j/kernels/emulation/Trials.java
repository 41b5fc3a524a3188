package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All trials of the CUDA-only kernels, by the file of the kernels. */
final class Trials {
    private Trials() {}

    /** Sizes that wrap every pipeline and have several blocks, small enough for the emulation. */
    static TreeMap<String, List<EmulatedTrial>> small(Backend reference) {
        return bySource(Stream.of(
                new GemmTrials(reference).all(),
                new AttentionTrials(reference).all(),
                new BlockTrials(reference).all(),
                new LayerNormTrials(reference).all(),
                new EraserTrials(reference).all(),
                new NeighbourTrials(reference).all(),
                PeakTrials.all()));
    }

    /** Sizes of a transformer, for hardware alone. */
    static TreeMap<String, List<EmulatedTrial>> large(Backend reference) {
        return bySource(Stream.of(
                new GemmTrials(reference).large(),
                new AttentionTrials(reference).large(),
                new BlockTrials(reference).large(),
                new NeighbourTrials(reference).large()));
    }

    private static TreeMap<String, List<EmulatedTrial>> bySource(Stream<Stream<EmulatedTrial>> trials) {
        return trials.flatMap(each -> each)
                .collect(Collectors.groupingBy(EmulatedTrial::source, TreeMap::new, Collectors.toList()));
    }
}
