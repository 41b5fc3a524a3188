package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files of fitted detectors and of trainings name the settings; other names would make older files unreadable. */
class SettingNamesTest {
    @Test
    void settingsKeepTheirNamesAndTexts() {
        assertThat(IdealTrainingConfig.PUBLISHED.toMap())
                .hasToString("{neighbours=12, rank=4, strength=0.8, heads=8, orthonormal=false, pseudoMask=false, "
                        + "smoothing=4.0, topFraction=0.01, vectors=45, epochs=20, episodes=600, batch=16, "
                        + "learningRate=0.001, weightDecay=1.0E-4, schedule=COSINE, warmupEpochs=2, gradientClip=0.0, "
                        + "dropout=0.1, gatherWeight=1.0, orthogonalityWeight=0.8, maskLayout=PUBLISHED, seed=17}");
    }
}
