package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the scores of a {@link Calibration}. Each reference is scored by a scorer that was not fitted to it. Above 20
 * normal references, several are left out together, so that there are never more than 20 fits of each kind of reference.
 */
record Calibrator(FewShotDetector detector, References references, TrainingListener listener) {
    private static final int MOST_FITS = 20;

    /** {@link FewShotDetector.LeaveOneOut#HOLD_BACK} holds back every fourth normal reference. */
    private static final int HELD_BACK = 4;

    /** The references that the final scorer is fitted to: all references, unless some are held back. */
    static References learntFrom(FewShotDetector detector, References references) {
        if (detector.leaveOneOut() != FewShotDetector.LeaveOneOut.HOLD_BACK
                || !references.of(Role.CALIBRATION).isEmpty()) {
            return references;
        }
        Set<String> held = new HashSet<>();
        List<Reference> normal = references.of(Role.NORMAL);
        for (int i = HELD_BACK - 1; i < normal.size(); i += HELD_BACK) {
            held.add(normal.get(i).name());
        }
        return references.only(reference -> !held.contains(reference.name()));
    }

    /**
     * Computes the calibration.
     *
     * @param fitted the final scorer, fitted to the references of {@link #learntFrom}
     * @return null if the references are too few
     */
    @Nullable
    Calibration calibrate(Scorer fitted) {
        List<Calibration.Scores> defects = new ArrayList<>(scores(fitted, references.of(Role.CALIBRATION_DEFECT)));
        List<Reference> separate = references.of(Role.CALIBRATION);
        List<Calibration.Scores> good;
        Calibration.Source source = Calibration.Source.SEPARATE;
        if (!separate.isEmpty()) {
            good = scores(fitted, separate);
        } else {
            List<Reference> normal = references.of(Role.NORMAL);
            switch (detector.leaveOneOut()) {
                case UNUSED -> good = scores(fitted, normal);
                case HOLD_BACK -> {
                    source = Calibration.Source.HELD_BACK;
                    Set<Reference> learnt =
                            new HashSet<>(learntFrom(detector, references).all());
                    good = scores(
                            fitted,
                            normal.stream()
                                    .filter(reference -> !learnt.contains(reference))
                                    .toList());
                }
                default -> {
                    source = Calibration.Source.LEAVE_ONE_OUT;
                    good = leftOut(groups(normal), normal.size());
                }
            }
        }
        if (good.isEmpty()) {
            return null;
        }
        List<Reference> abnormal = references.of(Role.ABNORMAL);
        if (detector.leaveOneOut() == FewShotDetector.LeaveOneOut.UNUSED) {
            defects.addAll(scores(fitted, abnormal));
        } else if (detector.leaveOneOut() == FewShotDetector.LeaveOneOut.EACH
                && !references.of(Role.NORMAL).isEmpty()) {
            defects.addAll(leftOut(groups(abnormal), Integer.MAX_VALUE));
        }
        return new Calibration(source, good, defects);
    }

    /** References to leave out together. Equal images are left out together, because a scorer that knows one knows all. */
    private static List<List<Reference>> groups(List<Reference> all) {
        Map<RgbImage, List<Reference>> equal = new LinkedHashMap<>();
        all.forEach(reference -> equal.computeIfAbsent(reference.image(), image -> new ArrayList<>())
                .add(reference));
        int fits = Math.min(MOST_FITS, equal.size());
        List<List<Reference>> groups = new ArrayList<>();
        int next = 0;
        for (List<Reference> some : equal.values()) {
            if (groups.size() < fits) {
                groups.add(new ArrayList<>());
            }
            groups.get(next++ % fits).addAll(some);
        }
        return groups;
    }

    /**
     * Scores each group by a scorer of the other references, in the order of the groups.
     *
     * @param all number of references of this kind, if at least one must remain; a group of this size gives no scores
     */
    private List<Calibration.Scores> leftOut(List<List<Reference>> groups, int all) {
        List<Calibration.Scores> scores = new ArrayList<>();
        int done = 0;
        for (List<Reference> group : groups) {
            if (group.size() == all) {
                return List.of();
            }
            listener.calibrating(done++, groups.size());
            References others =
                    references.without(group.stream().map(Reference::name).toList());
            try (Scorer scorer = detector.scorer(others)) {
                scores.addAll(scores(scorer, group));
            }
        }
        return scores;
    }

    private static List<Calibration.Scores> scores(Scorer scorer, List<Reference> some) {
        List<RgbImage> images = some.stream().map(Reference::image).toList();
        List<Mask> ignored = new ArrayList<>();
        some.forEach(reference -> ignored.add(reference.ignored()));
        return scorer.score(images, ignored).stream()
                .map(Calibration.Scores::of)
                .toList();
    }
}
