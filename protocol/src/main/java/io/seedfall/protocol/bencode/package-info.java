/** Strict canonical bencode (BEP 3), with limits. */
@NullMarked
package io.seedfall.protocol.bencode;

import org.jspecify.annotations.NullMarked;
