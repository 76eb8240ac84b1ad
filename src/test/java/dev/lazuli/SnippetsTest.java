package dev.lazuli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Runs the snippets in the comments of package `dev.lazuli`: an expression with a comment behind or below it has to
/// print that. Blocks that say what language they are in are not run; files are in a folder of their own.
class SnippetsTest {
    private static final Path MAIN = Path.of("src/main/java/dev/lazuli");
    private static final Pattern COMMENT = Pattern.compile("^\\s*/// ?(.*)$");

    @TempDir static Path folder;

    private record Snippet(String where, List<String> lines) {}

    @TestFactory List<DynamicTest> everySnippetPrintsWhatItSays() throws IOException {
        var snippets = new ArrayList<Snippet>();
        try (var files = Files.list(MAIN)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList())
                find(file, snippets);
        }
        assertTrue(snippets.size() > 150, snippets.size() + " snippets");
        var code = new StringBuilder("""
            import static dev.lazuli.Index.*;
            import static dev.lazuli.Lazuli.*;
            import dev.lazuli.*;
            import dev.lazuli.Random;
            import dev.lazuli.Lazuli.*;
            import dev.lazuli.type.*;
            import java.nio.ByteOrder;
            import java.nio.file.Path;
            import java.util.*;
            public class Snippets {
            private static final Path FOLDER = Path.of(%s);
            """.formatted(quoted(folder.toString())));
        for (int i = 0; i < snippets.size(); i++)
            code.append("public static void s%d(List<String> out) throws Exception {\n%s}\n"
                .formatted(i, body(snippets.get(i))));
        var loader = compiled(code.append("}\n").toString());
        return java.util.stream.IntStream.range(0, snippets.size()).mapToObj(i ->
            dynamicTest(snippets.get(i).where(), () -> {
                var out = new ArrayList<String>();
                loader.loadClass("Snippets").getMethod("s" + i, List.class).invoke(null, out);
                for (int j = 0; j < out.size(); j += 2) assertEquals(out.get(j), out.get(j + 1));
            })).toList();
    }

    private static void find(Path file, List<Snippet> snippets) throws IOException {
        var lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).strip().startsWith("/// ```")) continue;
            boolean runs = lines.get(i).strip().equals("/// ```");
            int begin = i + 1;
            var code = new ArrayList<String>();
            while (!lines.get(++i).strip().equals("/// ```")) {
                var comment = COMMENT.matcher(lines.get(i));
                assertTrue(comment.matches(), file + ":" + i);
                code.add(comment.group(1));
            }
            if (runs) snippets.add(new Snippet(file.getFileName() + ":" + begin, code));
        }
    }

    /// Statements as they are; of expressions with a comment both are noted.
    private static String body(Snippet snippet) {
        var body = new StringBuilder();
        var lines = snippet.lines();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            int at = line.indexOf("    // ");
            var code = (at < 0 ? line : line.substring(0, at)).strip();
            var said = new StringBuilder(at < 0 ? "" : line.substring(at).strip().substring(3));
            while (i + 1 < lines.size() && lines.get(i + 1).startsWith("// "))
                said.append(said.isEmpty() ? "" : "\n").append(lines.get(++i).substring(3));
            if (code.isEmpty()) continue;
            boolean statement = code.endsWith(";") && (said.isEmpty() || code.startsWith("var "));
            code = code.replace("Path.of(\"", "FOLDER.resolve(\"");
            var expression = code.endsWith(";") ? code.substring(0, code.length() - 1) : code;
            if (statement || said.isEmpty()) body.append(code.endsWith(";") ? code : "Objects.hash(" + code + ");");
            else body.append("out.add(").append(quoted(said.toString())).append("); out.add(String.valueOf(")
                .append(expression).append("));");
            body.append('\n');
        }
        return body.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static ClassLoader compiled(String code) throws IOException {
        var file = folder.resolve("Snippets.java");
        Files.writeString(file, code);
        var javac = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        var path = Stream.of(System.getProperty("java.class.path"), System.getProperty("jdk.module.path"))
            .filter(p -> p != null).collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
        boolean done = javac.getTask(messages, null, null, List.of("-cp", path, "-d", folder.toString(), "-proc:none"),
            null, javac.getStandardFileManager(null, null, null).getJavaFileObjects(file)).call();
        assertTrue(done, messages + code);
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, SnippetsTest.class.getClassLoader());
    }
}
