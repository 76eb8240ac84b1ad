package dev.lazuli;

import static org.junit.jupiter.api.Assertions.*;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every public name of the exported packages says what it is; an enum may do so for its constants together. Every
/// function of package `dev.lazuli` shows what it does besides. The rest of the comments' faults are javadoc's to find:
/// it cannot ask for this alone, only for a tag of every parameter too.
class DocumentationTest {
    private static final Path MAIN = Path.of("src/main/java");

    @Test void everyPublicNameIsDocumented() throws IOException {
        var javac = ToolProvider.getSystemJavaCompiler();
        List<Path> files;
        try (var walk = Files.walk(MAIN)) {
            files = walk.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
        try (var manager = javac.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) javac.getTask(null, manager, null, null, null,
                manager.getJavaFileObjectsFromPaths(files));
            var exported = new HashSet<String>();
            var units = new ArrayList<CompilationUnitTree>();
            for (var unit : task.parse()) {
                units.add(unit);
                if (unit.getModule() != null)
                    for (var d : unit.getModule().getDirectives())
                        if (d instanceof ExportsTree e) exported.add(e.getPackageName().toString());
            }
            assertTrue(exported.contains("dev.lazuli"), "the module's exports were read");
            var names = new Names(DocTrees.instance(task));
            for (var unit : units)
                if (unit.getPackage() != null && exported.contains(unit.getPackageName().toString()))
                    names.scan(unit, null);
            assertTrue(names.seen > 400, names.seen + " names");
            assertEquals(List.of(), names.missing);
            assertTrue(names.shown.size() > 300, names.shown.size() + " functions");
            names.shown.values().removeIf(shown -> shown);
            assertEquals(Set.of(), names.shown.keySet(), "without a snippet");
        }
    }

    /// Walks what is visible from outside.
    private static final class Names extends TreePathScanner<Void, Void> {
        final List<String> missing = new ArrayList<>();
        /// Functions by class and name, and whether one of that name has a snippet.
        final Map<String, Boolean> shown = new TreeMap<>();
        int seen;
        private final DocTrees docs;

        Names(DocTrees docs) { this.docs = docs; }

        @Override public Void visitCompilationUnit(CompilationUnitTree unit, Void v) {
            if (unit.getSourceFile().getName().endsWith("package-info.java"))
                require(new TreePath(getCurrentPath(), unit.getPackage()), "package");
            return super.visitCompilationUnit(unit, v);
        }

        @Override public Void visitClass(ClassTree type, Void v) {
            if (!isVisible(type.getModifiers())) return null;
            var doc = require(getCurrentPath(), type.getSimpleName().toString());
            if (type.getKind() == Tree.Kind.RECORD)
                for (var member : type.getMembers())
                    if (member instanceof VariableTree component
                        && !component.getModifiers().getFlags().contains(Modifier.STATIC)
                        && !isTold(component, doc, type)) missing.add(where() + " @param " + component.getName());
            return super.visitClass(type, v);
        }

        // A component is told by its tag, or by the comment of an accessor of its own.
        private static boolean isTold(VariableTree component, DocCommentTree doc, ClassTree type) {
            return doc != null && doc.getBlockTags().stream().anyMatch(t -> t instanceof ParamTree p
                && p.getName().getName().contentEquals(component.getName()) && !p.getDescription().isEmpty())
                || type.getMembers().stream().anyMatch(m -> m instanceof MethodTree accessor
                && accessor.getName().equals(component.getName()) && accessor.getParameters().isEmpty());
        }

        @Override public Void visitMethod(MethodTree method, Void v) {
            boolean inherits = method.getModifiers().getAnnotations().stream()
                .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
            if (isVisible(method.getModifiers()) && !inherits && !isCompact(method)) {
                require(getCurrentPath(), method.getName().toString());
                if (method.getBody() != null && isArrays()) show(method.getName().toString());
            }
            return null;
        }

        private boolean isArrays() {
            return getCurrentPath().getCompilationUnit().getPackageName().toString().equals("dev.lazuli");
        }

        // A snippet of its own comment or of its class's calls it.
        private void show(String name) {
            var type = getCurrentPath().getParentPath();
            var snippets = snippets(getCurrentPath()) + snippets(type);
            shown.merge(((ClassTree) type.getLeaf()).getSimpleName() + "." + name,
                Pattern.compile("\\b" + name + "\\(").matcher(snippets).find(), Boolean::logicalOr);
        }

        /// The blocks of a comment that [SnippetsTest] runs.
        private String snippets(TreePath path) {
            var code = new StringBuilder();
            boolean inside = false, runs = false;
            for (var line : Objects.requireNonNullElse(docs.getDocComment(path), "").lines().toList())
                if (line.strip().startsWith("```")) {
                    inside = !inside;
                    runs = inside && line.strip().equals("```");
                } else if (runs) code.append(line).append('\n');
            return code.toString();
        }

        // The record's own comment is that of its constructor; javac adds one that is no source.
        private boolean isCompact(MethodTree method) {
            return method.getName().contentEquals("<init>")
                && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
        }

        @Override public Void visitVariable(VariableTree field, Void v) {
            boolean component = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD
                && !field.getModifiers().getFlags().contains(Modifier.STATIC);
            boolean constant = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.ENUM
                && field.getInitializer() instanceof NewClassTree;
            if (isVisible(field.getModifiers()) && !component && !constant)
                require(getCurrentPath(), field.getName().toString());
            return null;
        }

        private boolean isVisible(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            var parent = getCurrentPath().getParentPath();
            boolean inInterface = parent.getLeaf().getKind() == Tree.Kind.INTERFACE
                && !flags.contains(Modifier.PRIVATE);
            return inInterface || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        private DocCommentTree require(TreePath path, String name) {
            seen++;
            var doc = docs.getDocCommentTree(path);
            if (doc == null || doc.getFullBody().isEmpty()) missing.add(where() + " " + name);
            return doc;
        }

        private String where() {
            var unit = getCurrentPath().getCompilationUnit();
            long start = docs.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
            return MAIN.toAbsolutePath().relativize(Path.of(unit.getSourceFile().getName()).toAbsolutePath())
                + ":" + unit.getLineMap().getLineNumber(Math.max(0, start));
        }
    }
}
