package dev.lazuli.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the subcommand that the arguments name. Standard output carries its result, standard error all else.
@Command(name = "lazuli", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    description = "Lazy arrays and language models on the JVM.",
    subcommands = {Generate.class, Bench.class, Info.class, Rehearse.class})
public final class Main implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    private Main() {}

    static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /// The whole command, ready to `execute`: exit code 0 if done, 1 if it failed, 2 for wrong arguments.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Main::report);
    }

    @Override public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /// Prints what went wrong as one line; the stack trace too if `-Dlazuli.debug` is set.
    private static int report(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
        command.getErr().println("lazuli: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        if (System.getProperty("lazuli.debug") != null) e.printStackTrace(command.getErr());
        return 1;
    }

    /// The version in the jar's manifest.
    static final class Version implements IVersionProvider {
        static String text() {
            var version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "built from source" : version;
        }

        @Override public String[] getVersion() { return new String[] {"lazuli " + text()}; }
    }
}
