package dev.ideal4j.eval.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.training.Trainer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that is killed during a save. A debugger stops it when the new file is written and not yet renamed. */
@Tag("long")
class KilledInSaveTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        SmallRun.writeData(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"last.pth", "state.safetensors"})
    @Timeout(120)
    void thePreviousFileStaysWhole(String name) throws Exception {
        Path out = folder.resolve("out");
        VirtualMachine child = launch(out);
        byte[] before;
        try {
            waitInSave(child, out, name);
            before = Files.readAllBytes(out.resolve(name));
        } finally {
            child.process().destroyForcibly().waitFor();
        }
        assertThat(child.process().exitValue()).as("killed, not ended").isEqualTo(128 + 9);
        assertThat(isBeingSaved(out, name)).as("killed inside the save").isTrue();
        assertThat(out.resolve(name)).hasBinaryContent(before);
        try (WeightFile file = Checkpoints.open(out.resolve(name))) {
            assertThat(file.names()).isNotEmpty().allSatisfy(tensor -> assertThat(file.read(tensor))
                    .isNotEmpty());
        }
        assertThat(Trainer.finishedEpochs(out)).isEqualTo(1);

        SmallRun.run(folder, out, TrainingListener.NONE, true);
        Path whole = folder.resolve("whole");
        SmallRun.run(folder, whole, TrainingListener.NONE, false);
        TrainingTest.assertSameRuns(out, whole);
        assertThat(isBeingSaved(out, name)).as("leftovers").isFalse();
    }

    private VirtualMachine launch(Path out) throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments
                .get("options")
                .setValue("--add-modules jdk.incubator.vector -Djava.awt.headless=true -cp \""
                        + System.getProperty("java.class.path") + "\"");
        arguments.get("main").setValue(KilledTrainingTest.class.getName() + " " + folder + " " + out);
        VirtualMachine machine = connector.launch(arguments);
        drain(machine.process());
        ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
        prepared.addClassFilter(AtomicFile.class.getName());
        prepared.enable();
        return machine;
    }

    /** Reads the output of the child, because the child stops if its pipe is full. */
    private static void drain(Process process) {
        for (var stream : new java.io.InputStream[] {process.getInputStream(), process.getErrorStream()}) {
            Thread thread = new Thread(() -> {
                try {
                    stream.transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The child was killed.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Runs the child until it has finished an epoch and is about to rename the next version of the file. */
    private static void waitInSave(VirtualMachine machine, Path out, String name) throws Exception {
        while (true) {
            EventSet events = machine.eventQueue().remove();
            for (Event event : events) {
                if (event instanceof ClassPrepareEvent prepared) {
                    ReferenceType type = prepared.referenceType();
                    machine.eventRequestManager()
                            .createBreakpointRequest(
                                    type.methodsByName("move").get(0).location())
                            .enable();
                } else if (event instanceof BreakpointEvent
                        && Trainer.finishedEpochs(out) == 1
                        && isBeingSaved(out, name)) {
                    return;
                }
            }
            events.resume();
        }
    }

    /** Whether a new version exists that is not yet renamed. */
    private static boolean isBeingSaved(Path out, String name) throws IOException {
        if (!Files.exists(out)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(out, name + ".*.tmp")) {
            return files.iterator().hasNext();
        }
    }
}
