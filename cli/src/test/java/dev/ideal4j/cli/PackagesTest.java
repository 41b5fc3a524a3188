package dev.ideal4j.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** No packages of the library depend on each other in a circle. */
@AnalyzeClasses(packages = "dev.ideal4j", importOptions = DoNotIncludeTests.class)
class PackagesTest {
    /**
     * A package is a slice. {@code core} and {@code core.ops} are one: a backend consists of families of operations, and these
     * take tensors, which know their backend.
     */
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            return SliceIdentifier.of(name.equals("dev.ideal4j.core.ops") ? "dev.ideal4j.core" : name);
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }

    @ArchTest
    static final ArchRule noPackagesDependOnEachOtherInACircle =
            slices().assignedFrom(new Packages()).should().beFreeOfCycles();
}
