package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.MadeImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int train(String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--backend", "cpu", "--backbone", "random:dinov2_vits14"));
        args.addAll(List.of("--size", "84", "--data-root", folder.toString(), "--out", folder + "/out"));
        args.addAll(List.of(more));
        return IdealCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
    }

    @Test
    void aTargetIsNeeded() {
        assertThat(train()).isEqualTo(2);
        assertThat(err.toString()).contains("target=NAME");
    }

    @Test
    void aTypeOfReferencesNeedsItsProduct() {
        assertThat(train("--target", "VisA", "--ref-type", "scratch")).isEqualTo(2);
        assertThat(err.toString()).contains("--ref-product and --ref-type must be given together");
    }

    @Test
    void numbersMustBeNumbers() {
        assertThat(train("--target", "VisA", "--epochs", "many")).isEqualTo(2);
        assertThat(err.toString()).contains("--epochs").contains("many");
    }

    @Test
    void aMissingSourceIsNamed() throws IOException {
        MadeImages.write(folder.resolve("parts"), 1);
        assertThat(train("--target", "parts")).isEqualTo(1);
        assertThat(err.toString()).contains("MVTecAD").contains("no such folder");
    }

    @Test
    void rangesAreChecked() throws IOException {
        MadeImages.write(folder.resolve("parts"), 1);
        assertThat(train("--target", "parts", "--source", "parts", "--a-shot", "0"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("1 normal and 0 anomalous references")
                .hasLineCount(1);
    }

    @Test
    void aTrainingTooShortForRunningStatisticsIsWarnedOf() throws IOException {
        MadeImages.write(folder.resolve("parts"), 2);
        String[] fdsl = {
            "--detector", "fdsl", "--target", "parts", "--source", "parts", "--epochs", "1", "--mosaic-rate", "0"
        };
        List<String> few = new ArrayList<>(List.of(fdsl));
        few.addAll(List.of("--episodes", "2", "--batch", "2"));
        assertThat(train(few.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(err.toString())
                .contains("warning: 1 optimiser steps are too few")
                .contains("expected 100 or more");
    }

    @Test
    void trainsAndPrintsTheBestCheckpoint() throws IOException {
        MadeImages.write(folder.resolve("parts"), 2);
        assertThat(train("--target", "parts", "--source", "parts", "--epochs", "1", "--episodes", "2", "--batch", "2"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().trim()).isEqualTo(folder + "/out/best.pth");
        assertThat(err.toString()).contains("epoch 1 of 1: loss").contains("(best so far); done");
        assertThat(folder.resolve("out/best.pth")).isRegularFile();
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "fdsl"})
    void trainsOnTiles(String method) throws IOException {
        MadeImages.write(folder.resolve("parts"), 2);
        List<String> tiles = new ArrayList<>(List.of("--detector", method, "--target", "parts", "--source", "parts"));
        tiles.addAll(List.of("--epochs", "1", "--episodes", "2", "--batch", "2", "--tile", "24", "--overlap", "4"));
        assertThat(train(tiles.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(folder.resolve("out/best.pth")).isRegularFile();
        try (Stream<Path> features = Files.walk(folder.resolve("out/features"))) {
            assertThat(features.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.matches("[0-9a-f]{64}-FIXED-24-4-[0-9a-f]+-[0-5]\\.f32"))
                    .noneMatch(name -> name.matches("[0-9a-f]{64}\\.f32"));
        }
        tiles.set(tiles.indexOf("24"), "30");
        tiles.add("--resume");
        assertThat(train(tiles.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString()).contains("tiles = ", "size=30", "size=24");
    }

    @Test
    void everyMethodThatLearnsTrainsAndItsCheckpointIsUsed() throws IOException {
        MadeImages.write(folder.resolve("parts"), 2);
        String[] nagl = {"--detector", "nagl", "--target", "parts", "--source", "parts", "--epochs", "1"};
        List<String> more = new ArrayList<>(List.of(nagl));
        more.addAll(List.of("--episodes", "2", "--batch", "2", "--proxies", "3"));
        assertThat(train(more.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(train(more.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString()).contains("--resume");
        more.add("--resume");
        assertThat(train(more.toArray(String[]::new))).as(err.toString()).isZero();
        String good = folder.resolve("parts/ring/test/good/000.png").toString();
        assertThat(IdealCommand.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "fit",
                        "--detector",
                        "nagl",
                        "--checkpoint",
                        folder + "/out/best.pth",
                        "--backbone",
                        "random:dinov2_vits14",
                        "--backend",
                        "cpu",
                        "--size",
                        "84",
                        "--normal",
                        good,
                        "--save",
                        folder + "/ring.fitted"))
                .as(err.toString())
                .isZero();
        assertThat(IdealCommand.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "detect",
                        "--fitted",
                        folder + "/ring.fitted",
                        "--backbone",
                        "random:dinov2_vits14",
                        "--backend",
                        "cpu",
                        "--size",
                        "84",
                        good))
                .as(err.toString())
                .isZero();
    }
}
