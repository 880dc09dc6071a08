package io.seedfall.protocol.trust;

import io.seedfall.protocol.InfoHash;

/**
 * The newest that a machine has seen of an artifact. It never goes back.
 *
 * @param createdMillis of its manifest, epoch; when the manifest is not known, when it was found
 * @param version of the artifact
 * @param infoHash of its content
 * @param manifestKnown false for content that was there before any manifest was asked for: that of
 *     this very content may be older then
 */
public record Seen(long createdMillis, String version, InfoHash infoHash, boolean manifestKnown) {}
