package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.PublishedPro;
import dev.ideal4j.eval.random.LoaderOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** References that are given, and those that a published loader takes. */
class EvaluationReferencesTest extends MadeRuns {
    @Test
    void fixedReferencesAreNotScored() throws IOException {
        for (String product : List.of("plate", "ring")) {
            Path made = folder.resolve("made").resolve(product);
            Path references = folder.resolve("fixed/made").resolve(product);
            Files.createDirectories(references.resolve("normal"));
            Files.createDirectories(references.resolve("abnormal"));
            Files.copy(made.resolve("test/good/003.png"), references.resolve("normal/a.png"));
            Files.copy(made.resolve("test/stain/001.png"), references.resolve("abnormal/b.png"));
            Files.copy(made.resolve("ground_truth/stain/001_mask.png"), references.resolve("abnormal/b_mask.png"));
        }
        for (Tasks.Exclusion exclusion : Tasks.Exclusion.values()) {
            EvaluationPlan plan = new EvaluationPlan(
                    dataset,
                    new TestProtocol(new Shots(1, 1), Setting.GENERAL),
                    List.of(17L),
                    List.of("ring"),
                    new ReferenceSource.Fixed(folder.resolve("fixed"), exclusion),
                    EvaluationRules.USUAL,
                    PublishedPro.THRESHOLDS,
                    16,
                    1,
                    false,
                    true);
            Results results = run(plan, "fixed-" + exclusion);
            ProductResult ring = results.products().get(0);
            assertThat(results.products()).hasSize(1);
            assertThat(ring.images()).hasSize(13);
            List<String> scored = ring.images().stream().map(ScoredImage::image).toList();
            if (exclusion == Tasks.Exclusion.USED) {
                assertThat(scored).doesNotContain("ring/test/good/003.png", "ring/test/stain/001.png");
                assertThat(ring.referenceTypes()).containsExactly("stain");
            } else {
                assertThat(scored).containsAnyOf("ring/test/good/003.png", "ring/test/stain/001.png");
            }
            assertThat(folder.resolve("fixed-" + exclusion + "/maps/17-ring.safetensors"))
                    .exists();
        }
    }

    private static EvaluationPlan loading(Dataset dataset, int normal, int abnormal) {
        return plan(dataset, new Shots(normal, abnormal), new ReferenceSource.Loader(), EvaluationRules.USUAL);
    }

    @Test
    void theLoadersReferencesAreTrainingImagesAndAllTestImagesAreScored() throws IOException {
        MadeImages.write(folder.resolve("trained"), 5);
        for (String product : List.of("plate", "ring")) {
            Path made = folder.resolve("trained").resolve(product);
            Files.createDirectories(made.resolve("train/good"));
            for (String name : List.of("000.png", "001.png", "002.png")) {
                Files.copy(
                        made.resolve("test/good").resolve(name),
                        made.resolve("train/good").resolve(name));
            }
        }
        Dataset trained = Dataset.open(folder, "trained");
        for (Task task : loading(trained, 2, 0).tasks(1)) {
            int[] drawn = LoaderOrder.first(3, 2, 1);
            Path good = folder.resolve("trained").resolve(task.product()).resolve("train/good");
            assertThat(task.references().normal())
                    .containsExactly(good.resolve("00" + drawn[0] + ".png"), good.resolve("00" + drawn[1] + ".png"));
            assertThat(task.references().anomalous()).isEmpty();
            assertThat(task.queries())
                    .hasSize(trained.index().test().get(task.product()).size());
        }
        assertThat(loading(trained, 9, 0).tasks(1).get(0).references().normal()).hasSize(3);
        assertThatThrownBy(() -> loading(trained, 1, 1).tasks(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("anomalous references");
        assertThatThrownBy(() -> loading(dataset, 1, 0).tasks(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no normal training image");
    }
}
