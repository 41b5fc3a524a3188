package dev.ideal4j.eval.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.Threshold;
import org.junit.jupiter.api.Test;

/** Counts of false alarms as a table. */
class FalseAlarmTableTest {
    private static final FalseAlarmTable.Row ROW =
            new FalseAlarmTable.Row(Calibration.Source.LEAVE_ONE_OUT, 8, 0.1, Threshold.Basis.CONFORMAL);

    /** The images of a fit share its threshold: one bad fit of four is no proof, thirty false alarms spread evenly are. */
    @Test
    void intervalsAreOverFits() {
        FalseAlarmTable one = new FalseAlarmTable();
        FalseAlarmTable each = new FalseAlarmTable();
        int[] uneven = {30, 0, 0, 0};
        int[] even = {8, 7, 8, 7};
        for (int i = 0; i < 4; i++) {
            one.add(new FalseAlarmTable.Counted(ROW, uneven[i], 40, 0, 0));
            each.add(new FalseAlarmTable.Counted(ROW, even[i], 40, 0, 0));
        }
        // Mean 18.75 %; t(3) = 3.182: half 3.182 · 37.5 / 2 = 59.7, and 3.182 · 1.443 / 2 = 2.3.
        assertThat(one.markdown("m")).contains("| 30 of 160 = 18.8 % | 0.0 to 78.4 % | yes | — |");
        assertThat(each.markdown("m")).contains("| 30 of 160 = 18.8 % | 16.5 to 21.0 % | no | — |");
    }

    @Test
    void fewOrEqualFitsHaveTheBinomialInterval() {
        FalseAlarmTable table = new FalseAlarmTable();
        for (int i = 0; i < 3; i++) {
            table.add(new FalseAlarmTable.Counted(ROW, 0, 20, 5, 10));
        }
        assertThat(table.markdown("m")).contains("| 0 of 60 = 0.0 % | 0.0 to 6.0 % | yes | 50 % |");
    }
}
