package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.SeparableResize;
import java.util.ArrayList;
import java.util.List;

/**
 * The losses of FDSL's training: focal and dice loss of every probability map, enlarged to the image's size.
 *
 * @param focal focal loss of each map
 * @param dice dice loss of each map, of the abnormal channel
 */
record FdslLoss(List<Variable> focal, List<Variable> dice) {
    private static final float GAMMA = 2;
    private static final float SMOOTHING = 1e-5f;

    /**
     * Computes the losses.
     *
     * @param maps each {@code (b, h, w, 2)}
     * @param targets {@code (b, height · width)}: 1 where there is a defect, otherwise 0
     * @param resize resizes from the maps' size to the targets' size
     */
    static FdslLoss of(List<Variable> maps, Tensor targets, SeparableResize resize) {
        List<Variable> focal = new ArrayList<>();
        List<Variable> dice = new ArrayList<>();
        for (Variable map : maps) {
            Variable enlarged = enlarged(map, resize);
            focal.add(LossFunctions.probabilityFocal(enlarged, targets, GAMMA, SMOOTHING));
            dice.add(LossFunctions.probabilityDice(enlarged, targets));
        }
        return new FdslLoss(focal, dice);
    }

    /** Enlarges a map to {@code (b, 2, pixels)}. */
    private static Variable enlarged(Variable map, SeparableResize resize) {
        int batch = map.shape().axis(0);
        int rows = map.shape().axis(1);
        int columns = map.shape().axis(2);
        Variable planes = ShapeFunctions.transpose(ShapeFunctions.reshape(map, batch, rows * columns, 2));
        Variable large = resize.apply(ShapeFunctions.reshape(planes, 2 * batch, rows, columns));
        return ShapeFunctions.reshape(
                large, batch, 2, large.shape().axis(1) * large.shape().axis(2));
    }

    /** The sum of all losses. */
    Variable total() {
        return ActivationFunctions.add(sum(focal), 1, sum(dice));
    }

    /** The sum of some losses. */
    static Variable sum(List<Variable> losses) {
        Variable sum = losses.get(0);
        for (Variable loss : losses.subList(1, losses.size())) {
            sum = ActivationFunctions.add(sum, 1, loss);
        }
        return sum;
    }
}
