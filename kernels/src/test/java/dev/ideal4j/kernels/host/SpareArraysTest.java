package dev.ideal4j.kernels.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SpareArraysTest {
    private static final int SIZE = 2 * SpareArrays.SHORTEST;
    private static final long PLENTY = 100L * SIZE;

    @Test
    void theArrayOfAClosedScopeIsUsedAgainAndItsElementsAreZero() {
        try (Backend backend = Backends.open("cpu")) {
            float[] first = closed(backend);
            try (Scope scope = backend.scope()) {
                Tensor tensor = scope.allocate(SIZE);
                assertThat(HostStorage.floats(tensor, backend)).isSameAs(first);
                assertThat(tensor.toArray()).containsOnly(0);
            }
        }
    }

    @Test
    void twoOpenScopesNeverShareAnArray() {
        try (Backend backend = Backends.open("cpu")) {
            closed(backend);
            try (Scope one = backend.scope();
                    Scope other = backend.scope()) {
                assertThat(HostStorage.floats(one.allocateUninitialised(SIZE), backend))
                        .isNotSameAs(HostStorage.floats(other.allocateUninitialised(SIZE), backend));
            }
        }
    }

    @Test
    void theArrayOfAScopeThatAnotherThreadClosedIsNotUsedAgain() {
        try (Backend backend = Backends.open("cpu");
                Scope next = backend.scope()) {
            Scope scope = backend.scope();
            float[] first = HostStorage.floats(scope.allocate(SIZE), backend);
            CompletableFuture.runAsync(scope::close).join();
            assertThat(HostStorage.floats(next.allocateUninitialised(SIZE), backend))
                    .isNotSameAs(first);
        }
    }

    /** Returns the array of a scope that is closed, full of ones. */
    private static float[] closed(Backend backend) {
        try (Scope scope = backend.scope()) {
            float[] array = HostStorage.floats(scope.allocate(SIZE), backend);
            Arrays.fill(array, 1);
            return array;
        }
    }

    @Test
    void theLengthThatWasUsedLeastRecentlyIsDroppedFirst() {
        SpareArrays spare = new SpareArrays();
        spare.give(new float[SIZE], PLENTY);
        spare.give(new float[SIZE + 1], PLENTY);
        spare.give(spare.take(SIZE), PLENTY);
        spare.give(new float[SIZE + 2], 2L * SIZE + 2);
        assertThat(spare.take(SIZE + 1)).isNull();
        assertThat(spare.take(SIZE)).hasSize(SIZE);
        assertThat(spare.take(SIZE + 2)).hasSize(SIZE + 2);
    }

    @Test
    void aLengthThatIsNoLongerUsedIsDropped() {
        SpareArrays spare = new SpareArrays();
        spare.give(new float[SIZE], PLENTY);
        float[] other = new float[SIZE + 1];
        for (int i = 0; i < SpareArrays.PATIENCE; i++) {
            spare.give(other, PLENTY);
            spare.take(other.length);
        }
        assertThat(spare.take(SIZE)).hasSize(SIZE);
        spare.give(new float[SIZE], PLENTY);
        for (int i = 0; i <= SpareArrays.PATIENCE; i++) {
            spare.give(other, PLENTY);
            spare.take(other.length);
        }
        assertThat(spare.take(SIZE)).isNull();
    }

    @Test
    void aShortArrayIsNotKept() {
        SpareArrays spare = new SpareArrays();
        spare.give(new float[SpareArrays.SHORTEST - 1], PLENTY);
        assertThat(spare.take(SpareArrays.SHORTEST - 1)).isNull();
    }
}
