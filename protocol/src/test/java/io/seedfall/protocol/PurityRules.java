package io.seedfall.protocol;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/**
 * What a brain may depend on: values. Packages are allowed one by one, so a socket, a file, a
 * thread pool or a logger fails the build without being named here. Forbidden calls inside allowed
 * packages are the other gate, {@code config/pure-module-signatures.txt}.
 */
public final class PurityRules {
  private static final List<String> VALUE_PACKAGES =
      List.of(
          "java.lang",
          "java.lang.annotation",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.math",
          "java.nio",
          "java.nio.charset",
          "java.security",
          "java.security.spec",
          "java.text",
          "java.util",
          "java.util.function",
          "java.util.random",
          "java.util.regex",
          "java.util.stream",
          "org.jspecify.annotations");

  /** Values in packages that hold other things, too. */
  private static final List<String> VALUE_CLASSES = List.of("java.time.Instant");

  private PurityRules() {}

  /**
   * Fails when a class under {@code rootPackage} depends on anything but values and its own kind.
   */
  public static void check(String rootPackage, String... allowedSeedfallPackages) {
    JavaClasses imported =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(rootPackage);
    classes()
        .should()
        .onlyDependOnClassesThat(
            describe(
                "hold values only",
                target -> isValue(target, rootPackage, allowedSeedfallPackages)))
        .because("a brain does no I/O, starts no thread and keeps no lock or log")
        .check(imported);
  }

  private static boolean isValue(JavaClass target, String rootPackage, String... allowed) {
    JavaClass element = target.getBaseComponentType();
    if (element.isPrimitive() || element.getPackageName().isEmpty()) {
      return true;
    }
    String name = element.getPackageName();
    if (name.equals(rootPackage) || name.startsWith(rootPackage + ".")) {
      return true;
    }
    for (String prefix : allowed) {
      if (name.equals(prefix) || name.startsWith(prefix + ".")) {
        return true;
      }
    }
    return VALUE_PACKAGES.contains(name) || VALUE_CLASSES.contains(element.getName());
  }
}
