package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The published training protocol: an endless sequence of episodes. Each has a drawn product, drawn references and a query
 * that is good or defective with equal probability. The draws are those of the published code without worker processes. Not
 * thread-safe.
 */
public final class TrainingProtocol {
    /** The number of draws after which the published code reaches its limit of recursion. */
    private static final int MOST_TRIES = 1000;

    private final Dataset dataset;
    private final Shots shots;
    private final boolean oneType;
    private final Draws draws;
    private final List<ProductImages> products;
    private final List<Integer> ids = new ArrayList<>();

    /**
     * Makes the protocol of a training on the test images of a data set that is not the target.
     *
     * @param dataset the data set to train on
     * @param shots numbers of references of an episode
     * @param oneType whether the anomalous references and an anomalous query of an episode have the same type of defect
     * @param draws the generators; for the published draws, those that the test protocol has used before
     */
    public TrainingProtocol(Dataset dataset, Shots shots, boolean oneType, Draws draws) {
        this.dataset = dataset;
        this.shots = shots;
        this.oneType = oneType;
        this.draws = draws;
        products = ProductImages.of(dataset.index());
        if (products.isEmpty()) {
            throw new InvalidInputException(dataset.name(), "no product", "at least one to train on");
        }
        for (int i = 0; i < products.size(); i++) {
            products.get(i).require(1, 1, "", "");
            ids.add(i);
        }
    }

    /**
     * Draws the next episode. If its query is one of its references, the published code draws further episodes until
     * the query is not a reference, and discards them. This method draws them too, and also keeps the first query.
     *
     * @throws InvalidInputException if there are so few images that every query is a reference
     */
    public TrainingEpisode next() {
        TrainingEpisode episode = draw();
        TrainingEpisode last = episode;
        for (int tries = 0; isReference(last.query(), last); tries++) {
            if (tries == MOST_TRIES) {
                throw new InvalidInputException(
                        dataset.name(), "every query is a reference", "more images of a type than references");
            }
            last = draw();
        }
        return episode;
    }

    private static boolean isReference(LabeledImage query, TrainingEpisode episode) {
        return episode.normal().contains(query) || episode.anomalous().contains(query);
    }

    private TrainingEpisode draw() {
        ProductImages product = products.get(draws.one(ids));
        String kind = product.normal().keySet().iterator().next();
        List<LabeledImage> normal = List.of();
        if (shots.normal() > 0) {
            kind = draws.one(ProductImages.typesWith(product.normal(), shots.normal()));
            normal = draws.images(product.normal().get(kind), shots.normal());
        }
        List<String> types = List.copyOf(product.anomalous().keySet());
        List<LabeledImage> anomalous = new ArrayList<>();
        if (oneType) {
            types = List.of(draws.one(ProductImages.typesWith(product.anomalous(), Math.max(1, shots.anomalous()))));
            anomalous.addAll(draws.images(product.anomalous().get(types.get(0)), shots.anomalous()));
        }
        while (anomalous.size() < shots.anomalous()) {
            anomalous.addAll(draws.images(product.anomalous().get(draws.one(types)), 1));
        }
        List<LabeledImage> pool = draws.one(List.of(false, true))
                ? product.anomalous().get(draws.one(types))
                : product.normal().get(kind);
        LabeledImage query = draws.images(pool, 1).get(0);
        return new TrainingEpisode(dataset, product.product(), normal, anomalous, query);
    }
}
