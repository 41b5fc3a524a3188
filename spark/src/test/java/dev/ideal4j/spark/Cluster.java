package dev.ideal4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * A standalone cluster on loopback: one master and some workers, each in a JVM of its own, which start executors in JVMs of theirs.
 * All have the class path of this JVM.
 */
final class Cluster implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("Starting Spark master at (spark://\\S+)");

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final String url;

    private Cluster(Path folder, int workers, boolean pinned) throws IOException, InterruptedException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("home/jars"));
        start(
                List.of(),
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0");
        url = await(folder.resolve("master.log"));
        for (int i = 0; i < workers; i++) {
            start(
                    pinned ? List.of("taskset", "-c", Integer.toString(i)) : List.of(),
                    "worker" + i,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "0",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--work-dir",
                    folder.resolve("work" + i).toString(),
                    url);
        }
    }

    /** Starts a cluster with a core on each worker. */
    static Cluster start(Path folder, int workers) throws IOException, InterruptedException {
        return new Cluster(folder, workers, false);
    }

    /** Starts a cluster whose workers, and thus their executors, each run on a core of their own. For Linux. */
    static Cluster pinned(Path folder, int workers) throws IOException, InterruptedException {
        return new Cluster(folder, workers, true);
    }

    private void start(List<String> before, String name, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
        command.addAll(List.of(
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dspark.master.rest.enabled=false"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        // Where a worker looks for the jars of executors; theirs are those of spark.executor.extraClassPath.
        builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().remove("LD_PRELOAD");
        processes.add(builder.start());
    }

    private String await(Path log) throws IOException, InterruptedException {
        for (int tries = 0; tries < 600; tries++) {
            Matcher found = URL.matcher(Files.readString(log));
            // Before it is the leader, the master does not answer those who register.
            if (found.find() && Files.readString(log).contains("New state: ALIVE")) {
                return found.group(1);
            }
            if (!processes.get(0).isAlive()) {
                break;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no master: " + Files.readString(log));
    }

    /** A session whose driver is this JVM. */
    SparkSession.Builder session() {
        return SparkSession.builder()
                .master(url)
                .appName("test")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", "false")
                .config("spark.executor.cores", "1")
                .config("spark.executor.memory", "512m")
                .config("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector -XX:+UseSerialGC")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    }

    /** Ends the last worker and its executor. */
    void endWorker() {
        Process worker = processes.get(processes.size() - 1);
        List<ProcessHandle> below = worker.toHandle().descendants().toList();
        below.forEach(ProcessHandle::destroyForcibly);
        worker.destroyForcibly().onExit().join();
        below.forEach(executor -> executor.onExit().join());
    }

    /** The executors that are alive: processes that workers started. */
    List<ProcessHandle> executors() {
        return processes.stream()
                .flatMap(process -> process.toHandle().descendants())
                .toList();
    }

    /** The processes of the cluster that are alive. */
    List<ProcessHandle> alive() {
        List<ProcessHandle> alive = new ArrayList<>(executors());
        processes.stream().map(Process::toHandle).filter(ProcessHandle::isAlive).forEach(alive::add);
        return alive;
    }

    @Override
    public void close() {
        List<ProcessHandle> all = alive();
        // Workers first: they end their executors.
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).destroy();
            processes
                    .get(i)
                    .onExit()
                    .completeOnTimeout(null, 20, TimeUnit.SECONDS)
                    .join();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }
}
