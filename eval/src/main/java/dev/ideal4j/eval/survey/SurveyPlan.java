package dev.ideal4j.eval.survey;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Shots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a survey tries: every combination of these.
 *
 * @param datasets data sets
 * @param backbones networks
 * @param framings how images come to the network
 * @param candidates methods
 * @param normals numbers of normal references
 * @param abnormals numbers of anomalous references; above 0 only for methods that use them
 * @param seeds seeds of the references; one draw for each
 */
public record SurveyPlan(
        List<Dataset> datasets,
        List<Network> backbones,
        List<Framing> framings,
        List<Candidate> candidates,
        List<Integer> normals,
        List<Integer> abnormals,
        List<Long> seeds) {
    /**
     * A backbone.
     *
     * @param name as {@link dev.ideal4j.backbone.Backbones#open} takes it
     * @param input its input
     */
    public record Network(String name, BackboneLoader.Input input) {}

    /**
     * How images come to the network.
     *
     * @param name for tables and folders: {@code stretch}
     * @param tiling how they are cut; null to resize them to the input, whatever their shape
     */
    public record Framing(String name, Tiling tiling) {}

    /**
     * A method.
     *
     * @param method the method, with its usual settings
     * @param checkpoint its trained part, or null
     */
    public record Candidate(DetectorMethod method, Path checkpoint) {
        /** The name for tables. */
        public String name() {
            return method.name() + (checkpoint == null ? "" : ", trained");
        }
    }

    /** Copies the lists and checks that none is empty. */
    public SurveyPlan {
        datasets = filled("data sets", datasets);
        backbones = filled("backbones", backbones);
        framings = filled("framings", framings);
        candidates = filled("detectors", candidates);
        normals = filled("numbers of normal references", normals);
        abnormals = filled("numbers of anomalous references", abnormals);
        seeds = filled("seeds", seeds);
    }

    private static <T> List<T> filled(String what, List<T> list) {
        if (list.isEmpty()) {
            throw new InvalidInputException(what, "none", "one or more");
        }
        return List.copyOf(list);
    }

    /** The numbers of references that are tried with a method. */
    List<Shots> shots(Candidate candidate) {
        List<Shots> shots = new ArrayList<>();
        for (int normal : normals) {
            for (int abnormal : abnormals) {
                boolean learns =
                        candidate.checkpoint() != null || candidate.method().trainsInFit();
                if (abnormal == 0 ? !learns : candidate.method().usesAbnormal()) {
                    shots.add(new Shots(normal, abnormal));
                }
            }
        }
        return shots;
    }
}
