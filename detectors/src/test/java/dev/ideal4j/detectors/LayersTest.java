package dev.ideal4j.detectors;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages of the detectors are layers, and no method knows another. */
@AnalyzeClasses(packages = "dev.ideal4j.detectors", importOptions = DoNotIncludeTests.class)
class LayersTest {
    private static final String ROOT = "dev.ideal4j.detectors";

    @ArchTest
    static final ArchRule usersSeeNoMethodAndMethodsShareWhatIsBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("api")
            .definedBy(ROOT)
            .layer("onnx")
            .definedBy(ROOT + ".onnx")
            .layer("common")
            .definedBy(ROOT + ".common")
            .layer("training")
            .definedBy(ROOT + ".training")
            .layer("methods")
            .definedBy(
                    ROOT + ".ideal",
                    ROOT + ".visionad",
                    ROOT + ".patchcore",
                    ROOT + ".anomalydino",
                    ROOT + ".subspacead",
                    ROOT + ".nagl",
                    ROOT + ".fdsl",
                    ROOT + ".devnet")
            .whereLayer("onnx")
            .mayNotAccessAnyLayer()
            .whereLayer("methods")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("training")
            .mayOnlyBeAccessedByLayers("methods")
            .whereLayer("common")
            .mayOnlyBeAccessedByLayers("training", "methods");

    @ArchTest
    static final ArchRule noMethodKnowsAnother = slices().matching(
                    ROOT + ".(ideal|visionad|patchcore|anomalydino|subspacead|nagl|fdsl|devnet)")
            .should()
            .notDependOnEachOther();
}
