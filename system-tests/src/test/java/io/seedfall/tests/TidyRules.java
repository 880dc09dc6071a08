package io.seedfall.tests;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The house rules that no other gate knows: sizes, names, Javadoc, nothing skipped, nothing left
 * for later. They read one source file with the compiler's own parser and answer what is wrong with
 * it, one line each.
 */
final class TidyRules {
  /** The most lines of a class. */
  static final int CLASS_LINES_MAX = 599;

  /** The most lines of a method, without its Javadoc. */
  static final int METHOD_LINES_MAX = 69;

  private static final Pattern BANNED_NAME =
      Pattern.compile(
          ".*(Manager|Utils?|Impl|Helper|Service|Handler|Processor|Base|Data|Info)|I[A-Z][a-z].*");

  /** Names that a standard gave: BEP 9 calls that message {@code data}. */
  private static final Set<String> STANDARD_NAMES = Set.of("MetadataData");

  // Written apart, so that this file keeps the rule it states.
  private static final Pattern LEFT_FOR_LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  private TidyRules() {}

  /**
   * What is wrong with {@code source}.
   *
   * @param name the file's path, for the answers
   * @param test whether it is a test source: public types of tests need no Javadoc
   */
  static List<String> violations(String name, String source, boolean test) {
    List<String> found = new ArrayList<>();
    leftForLater(name, source, found);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, diagnostic -> {}, List.of(), null, List.of(new Text(name, source)));
    try {
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(name, test, unit, trees, found).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static void leftForLater(String name, String source, List<String> found) {
    int line = 1;
    for (String text : source.split("\n", -1)) {
      Matcher matcher = LEFT_FOR_LATER.matcher(text);
      if (matcher.find()) {
        found.add("%s:%d: %s: do it or leave it".formatted(name, line, matcher.group()));
      }
      line++;
    }
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final String name;
    private final boolean test;
    private final CompilationUnitTree unit;
    private final DocTrees trees;
    private final SourcePositions positions;
    private final List<String> found;
    private int hiddenDepth;

    Scanner(
        String name, boolean test, CompilationUnitTree unit, DocTrees trees, List<String> found) {
      this.name = name;
      this.test = test;
      this.unit = unit;
      this.trees = trees;
      this.positions = trees.getSourcePositions();
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String simpleName = type.getSimpleName().toString();
      if (lines(type) > CLASS_LINES_MAX) {
        say(
            type,
            "%s has %d lines (at most %d)".formatted(simpleName, lines(type), CLASS_LINES_MAX));
      }
      if (BANNED_NAME.matcher(simpleName).matches() && !STANDARD_NAMES.contains(simpleName)) {
        say(type, "%s: a name like this says nothing about the job".formatted(simpleName));
      }
      boolean isPublic = isPublic(type.getModifiers().getFlags());
      if (isPublic && hiddenDepth == 0) {
        needsJavadoc(type, simpleName);
      }
      int before = hiddenDepth;
      hiddenDepth += isPublic ? 0 : 1;
      super.visitClass(type, null);
      hiddenDepth = before;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      if (lines(method) > METHOD_LINES_MAX) {
        say(
            method,
            "%s has %d lines (at most %d)"
                .formatted(method.getName(), lines(method), METHOD_LINES_MAX));
      }
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      // A record's compact constructor is described by the record's parameters.
      boolean constructor = method.getReturnType() == null;
      if (hiddenDepth == 0
          && !overrides
          && !constructor
          && method.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
        needsJavadoc(method, method.getName().toString());
      }
      // What is declared inside a body is nobody's public type.
      int before = hiddenDepth;
      hiddenDepth++;
      super.visitMethod(method, null);
      hiddenDepth = before;
      return null;
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
      String type = annotation.getAnnotationType().toString();
      String simple = type.substring(type.lastIndexOf('.') + 1);
      if (simple.equals("Disabled") || simple.equals("Ignore")) {
        say(annotation, "@%s: no test is skipped".formatted(simple));
      }
      return super.visitAnnotation(annotation, null);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
      String callee = call.getMethodSelect().toString();
      if (test && (callee.equals("Thread.sleep") || callee.equals("TimeUnit.SECONDS.sleep"))) {
        say(call, "%s: a test waits for an event, not for time".formatted(callee));
      }
      return super.visitMethodInvocation(call, null);
    }

    /** Members of a public interface are public without saying so. */
    private boolean isPublic(Set<Modifier> flags) {
      return flags.contains(Modifier.PUBLIC) || isInInterface();
    }

    private boolean isInInterface() {
      var parent = getCurrentPath().getParentPath();
      return parent != null && parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
    }

    private void needsJavadoc(Tree tree, String what) {
      if (!test && trees.getDocComment(getCurrentPath()) == null) {
        say(tree, "%s is public and has no Javadoc".formatted(what));
      }
    }

    private long lines(Tree tree) {
      return lineOf(positions.getEndPosition(unit, tree)) - startLine(tree) + 1;
    }

    private long startLine(Tree tree) {
      return lineOf(positions.getStartPosition(unit, tree));
    }

    private long lineOf(long position) {
      return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
    }

    private void say(Tree tree, String what) {
      found.add("%s:%d: %s".formatted(name, startLine(tree), what));
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String source;

    Text(String name, String source) {
      super(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }
}
