package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ControlApi;
import io.seedfall.control.Names;
import io.seedfall.control.Problem;
import io.seedfall.control.SignedDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What publishers signed, and the roots that say whose signatures count. */
final class TrustRoutes {
  private final Leadership loop;
  private final Signatures signatures;
  private final BlockingCalls blocking;

  TrustRoutes(Leadership loop, Store store, BlockingCalls blocking) {
    this.loop = loop;
    this.signatures = new Signatures(store);
    this.blocking = blocking;
  }

  List<Route> table() {
    String signed = ControlApi.ARTIFACTS + "/{name}/{version}/signed";
    Payload document = new Payload.Json(SignedDocument.class);
    return List.of(
        Route.get(signed, "What publishers signed of a version.", document, this::signed)
            .orElse(Problem.NOT_SIGNED),
        Route.post(
                signed,
                Access.PUBLISHER,
                "Adds signatures, or a manifest that was created later; gives what is stored then.",
                document,
                document,
                this::addSigned)
            .orElse(Problem.UNKNOWN_ARTIFACT, Problem.BAD_SIGNATURE, Problem.LIMIT_REACHED),
        Route.get(ControlApi.ROOTS, "The newest root.", document, this::newestRoot)
            .by(Access.VIEWER_OR_AGENT)
            .orElse(Problem.UNKNOWN_ROOT),
        Route.get(ControlApi.ROOTS + "/{version}", "One root.", document, this::root)
            .by(Access.VIEWER_OR_AGENT)
            .orElse(Problem.UNKNOWN_ROOT),
        Route.post(
                ControlApi.ROOTS,
                Access.ADMIN,
                "Stores the next root; the newest again is no change.",
                document,
                Route.NOTHING,
                this::addRoot)
            .orElse(Problem.BAD_SIGNATURE, Problem.LIMIT_REACHED));
  }

  private void signed(Context context, byte[] body) {
    ArtifactReference artifact = artifact(context);
    byte[] document = blocking.call(() -> signatures.of(artifact));
    if (document == null) {
      throw new RequestRefused(404, Problem.NOT_SIGNED, artifact + " is not signed");
    }
    Border.answer(context, 200, SignedDocument.of(document));
  }

  private void addSigned(Context context, byte[] body) {
    ArtifactReference artifact = artifact(context);
    byte[] document = document(body);
    byte[] stored = loop.ask(control -> control.addSigned(artifact, document));
    Border.answer(context, 200, SignedDocument.of(stored));
  }

  private void newestRoot(Context context, byte[] body) {
    answerRoot(context, blocking.call(signatures::newestRoot));
  }

  private void root(Context context, byte[] body) {
    String text = context.pathParam("version");
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw RequestRefused.malformed("version (expected: a number from 1 on)");
    }
    long version = Long.parseLong(text);
    answerRoot(context, blocking.call(() -> signatures.root(version)));
  }

  private static void answerRoot(Context context, byte @Nullable [] document) {
    if (document == null) {
      throw new RequestRefused(404, Problem.UNKNOWN_ROOT, "no such root is stored");
    }
    Border.answer(context, 200, SignedDocument.of(document));
  }

  private void addRoot(Context context, byte[] body) {
    byte[] document = document(body);
    loop.ask(control -> {
      control.addRoot(document);
      return true;
    });
    context.status(204);
  }

  private static ArtifactReference artifact(Context context) {
    return Border.checked(() ->
        new ArtifactReference(
            context.pathParam("name"), Names.check("version", context.pathParam("version"))));
  }

  private static byte[] document(byte[] body) {
    return Border.checked(() -> Border.read(body, SignedDocument.class).bytes());
  }
}
