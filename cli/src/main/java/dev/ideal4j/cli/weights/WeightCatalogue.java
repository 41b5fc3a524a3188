package dev.ideal4j.cli.weights;

import dev.ideal4j.core.InvalidInputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The pretrained weights that the detectors use, as their authors publish them. */
public final class WeightCatalogue {
    /** Environment variable that names the folder of files kept between runs. */
    public static final String HOME_VARIABLE = "IDEAL4J_HOME";

    /** How to get weights that their publisher gives only to those who accept a licence. */
    public static final String GATED =
            "DINOv3 (dinov3_vits16 and others): its publisher gives the weights to those who accept "
                    + "the DINOv3 License, at ai.meta.com/dinov3; then --backbone FILE";

    private static final String DINOV2 = "https://dl.fbaipublicfiles.com/dinov2/";
    private static final List<WeightEntry> ENTRIES = build();

    private WeightCatalogue() {}

    /** All known weights, the smallest of each family first. */
    public static List<WeightEntry> entries() {
        return ENTRIES;
    }

    /**
     * The weights with a name.
     *
     * @throws InvalidInputException if the name is unknown; the message lists the known names
     */
    public static WeightEntry entry(String name) {
        return ENTRIES.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "weights",
                        name,
                        name.startsWith("dinov3")
                                ? "a file that you have: " + GATED
                                : "one of "
                                        + ENTRIES.stream()
                                                .map(WeightEntry::name)
                                                .collect(Collectors.joining(", "))));
    }

    /** The default folder of fetched weights: {@code weights} in {@code $IDEAL4J_HOME} or {@code ~/.ideal4j}. */
    public static Path folder() {
        return folder(System.getenv(), System.getProperty("user.home"));
    }

    static Path folder(Map<String, String> environment, String userHome) {
        String home = environment.getOrDefault(HOME_VARIABLE, "");
        return (home.isBlank() ? Path.of(userHome, ".ideal4j") : Path.of(home)).resolve("weights");
    }

    /**
     * The file of weights that an earlier fetch wrote into {@link #folder()}.
     *
     * @param name as in {@link #entry}
     * @return the file, or empty if the weights were not fetched
     */
    public static Optional<Path> find(String name) {
        return find(name, folder());
    }

    /** Does as {@link #find(String)}, in another folder. */
    public static Optional<Path> find(String name, Path folder) {
        return Optional.of(folder.resolve(entry(name).fileName())).filter(Files::isRegularFile);
    }

    private static List<WeightEntry> build() {
        List<WeightEntry> entries = new ArrayList<>();
        Map<String, String> sizes =
                Map.of("s", "ViT-S/14, 384", "b", "ViT-B/14, 768", "l", "ViT-L/14, 1024", "g", "ViT-g/14, 1536");
        for (String size : List.of("s", "b", "l", "g")) {
            String model = "dinov2_vit" + size + "14";
            String description = "DINOv2 " + sizes.get(size) + " channels";
            entries.add(dinov2(model, model + "/" + model + "_pretrain.pth", description));
            entries.add(
                    dinov2(model + "_reg", model + "/" + model + "_reg4_pretrain.pth", description + ", 4 registers"));
        }
        entries.add(torchvision("resnet18", "resnet18", "f37072fd", "ResNet-18, ImageNet (V1)"));
        entries.add(torchvision("resnet50", "resnet50", "0676ba61", "ResNet-50, ImageNet (V1)"));
        entries.add(torchvision("resnet50_v2", "resnet50", "11ad3fa6", "ResNet-50, ImageNet (V2)"));
        entries.add(torchvision(
                "wide_resnet50_2", "wide_resnet50_2", "95faca4d", "Wide-ResNet-50-2, ImageNet (V1), PatchCore's"));
        entries.add(
                torchvision("wide_resnet50_2_v2", "wide_resnet50_2", "9ba9bcbe", "Wide-ResNet-50-2, ImageNet (V2)"));
        entries.add(torchvision("mobilenet_v2", "mobilenet_v2", "b0353104", "MobileNetV2, ImageNet (V1)"));
        entries.add(torchvision("mobilenet_v2_v2", "mobilenet_v2", "7ebf99e0", "MobileNetV2, ImageNet (V2)"));
        String clip = "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02";
        entries.add(new WeightEntry(
                "clip_vitl14_336",
                URI.create("https://openaipublic.azureedge.net/clip/models/" + clip + "/ViT-L-14-336px.pt"),
                "OpenAI CLIP ViT-L/14 at 336 pixels",
                "MIT",
                Optional.of(clip)));
        return List.copyOf(entries);
    }

    private static WeightEntry dinov2(String name, String path, String description) {
        return new WeightEntry(name, URI.create(DINOV2 + path), description, "Apache-2.0", Optional.empty());
    }

    /** The publishers put the first digits of the hash into the file's name. */
    private static WeightEntry torchvision(String name, String file, String hash, String description) {
        URI address = URI.create("https://download.pytorch.org/models/" + file + "-" + hash + ".pth");
        return new WeightEntry(name, address, "torchvision " + description, "BSD-3-Clause", Optional.of(hash));
    }
}
