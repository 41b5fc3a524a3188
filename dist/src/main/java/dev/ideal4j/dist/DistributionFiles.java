package dev.ideal4j.dist;

import dev.ideal4j.cli.IdealCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes the completions of each shell and the manual page. */
public final class DistributionFiles {
    private DistributionFiles() {}

    /**
     * Writes the files.
     *
     * @param args the folder to write to, and the version of ideal4j
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        CommandLine ideal = IdealCommand.withEverything();
        Map<String, String> files = Map.of(
                "completions/ideal.bash", AutoComplete.bash("ideal", ideal),
                "completions/_ideal", Completions.zsh(ideal),
                "completions/ideal.fish", Completions.fish(ideal),
                "completions/ideal.ps1", Completions.powerShell(ideal),
                "man/man1/ideal.1", ManualPage.of(ideal, args[1]));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
