package dev.ideal4j.cli;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "info",
        description =
                "Print the version, the JVM, and each backend with its device, or the reason why it is not available.",
        mixinStandardHelpOptions = true)
final class InfoCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Runtime runtime = Runtime.getRuntime();
        out.println("ideal4j    " + Version.text());
        out.println("java       " + Version.java());
        out.println("system     " + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + runtime.availableProcessors() + " CPUs, heap up to " + (runtime.maxMemory() >> 20) + " MiB");
        for (Availability backend : Backends.describe()) {
            String state = backend.available() ? backend.detail() : "not available: " + backend.detail();
            out.printf("%-10s %s%n", backend.name(), state);
        }
    }
}
