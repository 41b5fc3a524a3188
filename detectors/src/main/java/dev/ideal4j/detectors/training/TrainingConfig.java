package dev.ideal4j.detectors.training;

import java.util.List;
import java.util.Map;

/** Settings of a method's training. Immutable. */
public interface TrainingConfig {
    /** Number of epochs. */
    int epochs();

    /** Number of episodes per epoch. */
    int episodes();

    /** Number of episodes per optimiser step; the last step of an epoch may have fewer. */
    int batch();

    /** Seed of the initial values and of all random draws. */
    long seed();

    /** Number of optimiser steps per epoch. */
    default int iterations() {
        return (episodes() + batch() - 1) / batch();
    }

    /**
     * Whether all abnormal images of an episode, references and query, show the same type of defect. If not, the type is
     * drawn for each image.
     */
    default boolean oneDefectType() {
        return false;
    }

    /** Warnings about these settings for users, one sentence each; usually empty. */
    default List<String> warnings() {
        return List.of();
    }

    /** The settings by name, for records. A resumed run must have the same settings. */
    Map<String, Object> toMap();

    /**
     * Creates the method's part of the training.
     *
     * @param cache features of the frozen backbone
     * @throws dev.ideal4j.core.InvalidInputException if the settings do not fit the backbone
     */
    Learner learner(FeatureCache cache);
}
