package dev.ideal4j.detectors.training;

import java.util.List;
import java.util.Map;

/** Settings of a method's training. Immutable. */
public interface TrainingConfig {
    /** Passes over {@link #episodes()}. */
    int epochs();

    /** Episodes an epoch. */
    int episodes();

    /** Episodes an optimiser step; the last of an epoch may have fewer. */
    int batch();

    /** Of first values and of everything that is drawn. */
    long seed();

    /** Optimiser steps an epoch. */
    default int iterations() {
        return (episodes() + batch() - 1) / batch();
    }

    /**
     * Whether the defective images of an episode, references and query, are of one type of defect; else each is of a type
     * drawn for it.
     */
    default boolean oneDefectType() {
        return false;
    }

    /** What a user of these settings should know, in sentences; mostly nothing. */
    default List<String> warnings() {
        return List.of();
    }

    /** By name, for records: a resumed run must have the same. */
    Map<String, Object> toMap();

    /**
     * What the method brings to the training.
     *
     * @param cache features of the frozen backbone
     * @throws dev.ideal4j.core.InvalidInputException if the settings do not fit the backbone
     */
    Learner learner(FeatureCache cache);
}
