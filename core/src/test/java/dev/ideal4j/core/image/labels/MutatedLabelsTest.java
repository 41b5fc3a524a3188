package dev.ideal4j.core.image.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.image.Mutations;
import dev.ideal4j.core.image.ReadOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged labels end as a mask, or as an error of one line that names the file. */
class MutatedLabelsTest {
    private static final int WIDTH = 40;
    private static final int HEIGHT = 30;

    /** A box, in Label Studio's code. */
    private static final String BRUSH =
            "[0,0,18,192,56,18,255,3,43,0,224,8,127,252,1,108,3,128,33,255,240,5,176,14,0,135,255,192,22,192,56,2,31,255,13,111,0]";

    private static final Map<String, String> FILES = Map.of(
            "labelme/a.json",
            "{'imagePath':'a.png','imageWidth':40,'imageHeight':30,'shapes':[{'label':'x','points':[[1,2],[30,4],[9,28]]},"
                    + "{'label':'y','shape_type':'circle','points':[[9,9],[12,12]]}]}",
            "coco/a.json",
            "{'images':[{'id':1,'file_name':'a.png','width':40,'height':30}],'categories':[{'id':2,'name':'x'}],"
                    + "'annotations':[{'image_id':1,'category_id':2,'segmentation':[[1,2,30,4,9,28]]},{'image_id':1,"
                    + "'category_id':2,'segmentation':{'size':[30,40],'counts':'o24j00000000000000000000000000000000cb0'}},{'image_id':1,'category_id':2,"
                    + "'segmentation':{'size':[30,40],'counts':[100,50,1050]}}]}",
            "studio/a.json",
            "[{'data':{'image':'/1/a.png'},'annotations':[{'result':[{'type':'brushlabels','original_width':40,"
                    + "'original_height':30,'value':{'brushlabels':['x'],'rle':"
                    + BRUSH + "}},"
                    + "{'type':'rectanglelabels','original_width':40,'original_height':30,"
                    + "'value':{'rectanglelabels':['y'],'x':10,'y':20,'width':30,'height':5,'rotation':12}}]}]}]",
            "yolo/a.txt",
            "0 0.5 0.5 0.25 0.1\n1 0.1 0.1 0.9 0.2 0.8 0.7\n",
            "pixels/a.txt",
            "3 4 30 20 1\n10,2,20,29,6\n");

    @TempDir
    private Path folder;

    @Test
    void someMutations() throws IOException {
        mutate(300);
    }

    @Test
    @Tag("soak")
    void manyMutations() throws IOException {
        mutate(10_000);
    }

    private void mutate(int count) throws IOException {
        for (Map.Entry<String, String> base : FILES.entrySet()) {
            Path file = folder.resolve(base.getKey());
            Files.createDirectories(file.getParent());
            byte[] bytes = base.getValue().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            Mutations mutations = new Mutations(17);
            int refused = 0;
            for (int i = 0; i < count; i++) {
                Files.write(file, mutations.mutate(bytes));
                try {
                    Labels.read(file, ReadOptions.UPRIGHT)
                            .of(Path.of("a.png"))
                            .ifPresent(labels -> labels.mask(WIDTH, HEIGHT));
                } catch (Ideal4jException e) {
                    refused++;
                    assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n", "\r");
                }
            }
            assertThat(refused).as(base.getKey()).isBetween(count / 10, count - 1);
        }
    }
}
