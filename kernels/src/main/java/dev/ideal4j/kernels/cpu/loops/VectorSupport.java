package dev.ideal4j.kernels.cpu.loops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.support.Warnings;
import java.lang.reflect.InvocationTargetException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the inner loops once per JVM: the Vector API where it is present and compiled to vector instructions,
 * otherwise plain loops. The Vector API is a hundred times slower than plain loops on a JVM that does not compile it
 * (not HotSpot, or without C2), so its presence alone is not sufficient. If plain loops are chosen without
 * {@link #BITS_PROPERTY} asking for them, this class warns once per JVM. The backend's description says which loops it
 * runs.
 */
public final class VectorSupport {
    /**
     * System property: the width of the vectors in bits, 128, 256 or 512, or 0 for plain loops. The default is the
     * width that the JVM prefers.
     */
    public static final String BITS_PROPERTY = "ideal4j.vector.bits";

    static final String FLAG = "--add-modules jdk.incubator.vector";

    private static final String MODULE = "jdk.incubator.vector";

    private static final Logger LOG = LoggerFactory.getLogger(VectorSupport.class);
    private static final String IMPLEMENTATION = "dev.ideal4j.kernels.cpu.vector.VectorLoops";

    /**
     * The chosen loops.
     *
     * @param reason why the loops are plain; null if they use the Vector API
     */
    public record Choice(InnerLoops loops, String reason) {
        public String description() {
            return reason == null ? loops.description() : loops.description() + " (" + reason + ")";
        }
    }

    private static Choice choice;

    private VectorSupport() {}

    /**
     * Returns the loops of this JVM.
     *
     * @throws InvalidInputException if the system property has an invalid value
     */
    public static synchronized Choice choose() {
        if (choice == null) {
            boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
            String reason =
                    reasonAgainst(System.getProperty(BITS_PROPERTY), present, System::getProperty, Hotspot::flag);
            Choice found = reason == null ? load() : new Choice(new PlainLoops(), reason);
            if (found.reason() != null && !"0".equals(System.getProperty(BITS_PROPERTY))) {
                String message = "The CPU backend runs several times slower than it could: " + found.reason();
                Warnings.warn(VectorSupport.class, message, null);
            }
            choice = found;
        }
        return choice;
    }

    /** Returns null if the Vector API can be used, otherwise the reason why not. */
    static String reasonAgainst(
            String bits, boolean modulePresent, UnaryOperator<String> property, UnaryOperator<String> flag) {
        if (bits != null && !bits.matches("0|128|256|512")) {
            throw new InvalidInputException("system property " + BITS_PROPERTY, bits, "0, 128, 256 or 512");
        }
        if ("0".equals(bits)) {
            return BITS_PROPERTY + " is 0";
        }
        if (!modulePresent) {
            return "the Vector API is not enabled; start Java with " + FLAG;
        }
        String machine = property.apply("java.vm.name");
        if (machine == null || !(machine.contains("HotSpot") || machine.contains("OpenJDK"))) {
            return "the Vector API is fast on HotSpot only; this is " + machine;
        }
        String info = property.apply("java.vm.info");
        boolean optimizing = info == null || !(info.contains("interpreted mode") || info.contains("emulated-client"));
        String level = flag.apply("TieredStopAtLevel");
        if (!optimizing || level != null && !level.equals("4") || "true".equals(flag.apply("UseJVMCICompiler"))) {
            return "the Vector API needs the C2 compiler, which is switched off in this JVM";
        }
        if ("false".equals(flag.apply("UseFMA"))) {
            return "the processor has no fused multiply-add, or -XX:-UseFMA is set";
        }
        return null;
    }

    private static Choice load() {
        try {
            // A module descriptor that requires an incubator module causes a warning at each compilation, so this code
            // adds the dependency at run time.
            ModuleLayer.boot().findModule(MODULE).ifPresent(VectorSupport.class.getModule()::addReads);
            Class<?> type = Class.forName(IMPLEMENTATION);
            return new Choice((InnerLoops) type.getConstructor().newInstance(), null);
        } catch (LinkageError | ReflectiveOperationException e) {
            Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            return new Choice(new PlainLoops(), "the Vector API does not load: " + cause);
        }
    }

    /** Reads flags of the JVM. It uses reflection because the module jdk.management may be absent. */
    private static final class Hotspot {
        private static String flag(String name) {
            try {
                Class<?> type = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
                Object bean = Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getPlatformMXBean", Class.class)
                        .invoke(null, type);
                Object option = type.getMethod("getVMOption", String.class).invoke(bean, name);
                return (String) option.getClass().getMethod("getValue").invoke(option);
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                LOG.debug("The flag {} of this JVM is not known: {}", name, e.toString());
                return null;
            }
        }
    }
}
