/**
 * Who may say what machines install: signed manifests of artifacts, and the root documents that
 * name the keys, as The Update Framework has them. Bytes, keys and the time go in, a verdict comes
 * out.
 */
@NullMarked
package io.seedfall.protocol.trust;

import org.jspecify.annotations.NullMarked;
